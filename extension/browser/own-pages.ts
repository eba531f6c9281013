import browser from 'webextension-polyfill';

/** Opens the options, or brings them to the front. */
export async function openOptions(): Promise<void> {
  await browser.runtime.openOptionsPage();
}

/** The version of the extension. */
export function version(): string {
  return browser.runtime.getManifest().version;
}
