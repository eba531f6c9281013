import browser from 'webextension-polyfill';

/** Compares the variants of a flag in a window. */
export async function openComparison(tabId: number, flag: string): Promise<void> {
  const url = `/popup/compare.html?tabId=${tabId}&flag=${encodeURIComponent(flag)}`;
  // Firefox for Android has no browser.windows, although the types declare it.
  const windows = browser.windows as typeof browser.windows | undefined;
  if (windows === undefined) await browser.tabs.create({ url });
  else await windows.create({ type: 'popup', url, width: 960, height: 720 });
}
