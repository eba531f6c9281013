import browser from 'webextension-polyfill';
import { watchLoads } from './loads.ts';
import { within } from './within.ts';

/** Reloads a tab past the cache, waits for it, and tells whether the extension may still reach into it. */
export async function reloadTab(tabId: number): Promise<boolean> {
  let stopWatching = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    stopWatching = watchLoads(tabId, resolve);
  });
  try {
    await browser.tabs.reload(tabId, { bypassCache: true });
    // A page that loads for longer is looked at while it loads.
    await within(LONGEST_LOAD_MS, loaded, undefined);
    // One that is too busy for the question may be reached or not: to look at it is the way to find out.
    return await within(LONGEST_ANSWER_MS, canReach(tabId), true);
  } catch {
    return false; // the tab has closed, or the browser lets nobody in any more
  } finally {
    stopWatching();
  }
}

const LONGEST_LOAD_MS = 5_000;
const LONGEST_ANSWER_MS = 1_000;

// Firefox takes activeTab back at every reload; Chromium keeps it for the origin.
async function canReach(tabId: number): Promise<boolean> {
  const question = { target: { tabId }, func: () => true, injectImmediately: true };
  const [injection] = await browser.scripting.executeScript(question);
  return injection?.result === true;
}
