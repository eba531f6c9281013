import browser from 'webextension-polyfill';

/** Opens the popup for a tab in a window of its own; `undefined` where it is in one, or where there are no windows. */
export function detachedWindow(tabId: number): (() => Promise<unknown>) | undefined {
  const { pathname, search } = location;
  // Firefox for Android has no such namespace, whatever the types say.
  const windows = browser.windows as typeof browser.windows | undefined;
  if (search !== '' || windows === undefined) return undefined;
  return () => windows.create({ type: 'popup', url: `${pathname}?tabId=${tabId}`, width: 440, height: 680 });
}
