import browser from 'webextension-polyfill';
import type { ProgramVersions } from '../../app/sharing/export-formats.ts';

/** The tab that this page works on: the one in `?tabId=`, or the active tab, whose toolbar button was clicked. */
export async function targetTabId(): Promise<number> {
  const named = new URLSearchParams(location.search).get('tabId');
  if (named !== null && /^\d+$/.test(named)) return Number(named);
  const [active] = await browser.tabs.query({ active: true, currentWindow: true });
  return active?.id ?? browser.tabs.TAB_ID_NONE;
}

/** A function that opens the popup in its own window; `undefined` if it is in one, or the browser has no windows. */
export function detachedWindowOpener(tabId: number): (() => Promise<unknown>) | undefined {
  const { pathname, search } = location;
  // Firefox for Android has no browser.windows, although the types declare it.
  const windows = browser.windows as typeof browser.windows | undefined;
  if (search !== '' || windows === undefined) return undefined;
  return () => windows.create({ type: 'popup', url: `${pathname}?tabId=${tabId}`, width: 440, height: 680 });
}

/** Opens the options page, or brings it to the front. */
export async function openOptions(): Promise<void> {
  await browser.runtime.openOptionsPage();
}

/** The version of the extension. */
export function extensionVersion(): string {
  return browser.runtime.getManifest().version;
}

/** The browser's user agent string and the extension's version. */
export function programVersions(): ProgramVersions {
  return { browser: navigator.userAgent, version: browser.runtime.getManifest().version };
}
