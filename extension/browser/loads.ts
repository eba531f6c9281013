import browser, { type Tabs } from 'webextension-polyfill';

/** Calls `onLoad` each time that a page has loaded in a tab, until the function returned is called. */
export function watchLoads(tabId: number, onLoad: () => void): () => void {
  const onUpdated = (updated: number, { status }: Tabs.OnUpdatedChangeInfoType): void => {
    if (updated === tabId && status === 'complete') onLoad();
  };
  browser.tabs.onUpdated.addListener(onUpdated);
  return () => browser.tabs.onUpdated.removeListener(onUpdated);
}
