import browser from 'webextension-polyfill';
import type { ProgramVersions } from '../../app/sharing/export-formats.ts';

/** The tab that this page acts for: the one named by `?tabId=`, or the one whose toolbar button was clicked. */
export async function targetTabId(): Promise<number> {
  const named = new URLSearchParams(location.search).get('tabId');
  if (named !== null && /^\d+$/.test(named)) return Number(named);
  const [active] = await browser.tabs.query({ active: true, currentWindow: true });
  return active?.id ?? browser.tabs.TAB_ID_NONE;
}

/** Opens the popup for a tab in a window of its own; `undefined` where it is in one, or where there are no windows. */
export function detachedWindowOpener(tabId: number): (() => Promise<unknown>) | undefined {
  const { pathname, search } = location;
  // Firefox for Android has no such namespace, whatever the types say.
  const windows = browser.windows as typeof browser.windows | undefined;
  if (search !== '' || windows === undefined) return undefined;
  return () => windows.create({ type: 'popup', url: `${pathname}?tabId=${tabId}`, width: 440, height: 680 });
}

/** Opens the options, or brings them to the front. */
export async function openOptions(): Promise<void> {
  await browser.runtime.openOptionsPage();
}

/** The version of the extension. */
export function extensionVersion(): string {
  return browser.runtime.getManifest().version;
}

/** The browser and the extension, as they name themselves. */
export function programVersions(): ProgramVersions {
  return { browser: navigator.userAgent, version: browser.runtime.getManifest().version };
}
