import browser from 'webextension-polyfill';

/** Reloads a tab past the cache, waits for it, and tells whether the extension may still reach into it. */
export async function reloadTab(tabId: number): Promise<boolean> {
  const loaded = new Promise<void>((resolve) => {
    browser.tabs.onUpdated.addListener(function onUpdated(updated, { status }) {
      if (updated !== tabId || status !== 'complete') return;
      browser.tabs.onUpdated.removeListener(onUpdated);
      resolve();
    });
  });
  await browser.tabs.reload(tabId, { bypassCache: true });
  await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, LONGEST_LOAD_MS))]);
  // Firefox takes activeTab back at every reload; Chromium keeps it for the origin.
  return canReach(tabId);
}

// A page that loads for longer is looked at while it loads.
const LONGEST_LOAD_MS = 5_000;

async function canReach(tabId: number): Promise<boolean> {
  try {
    const injections = await browser.scripting.executeScript({ target: { tabId }, func: () => true });
    return injections[0]?.result === true;
  } catch {
    return false;
  }
}
