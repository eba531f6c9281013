import browser from 'webextension-polyfill';

// The browser keeps the list: a site is pinned where the person let us in for good.

/** The sites that the extension may look at without a click: origins, or a wider pattern that the person has allowed. */
export async function pinnedSites(): Promise<readonly string[]> {
  const { origins = [] } = await browser.permissions.getAll();
  return origins.map((pattern) => pattern.replace(/\/\*$/, '')).sort();
}

export function isPinned(origin: string): Promise<boolean> {
  return browser.permissions.contains({ origins: [patternOf(origin)] }).catch(() => false);
}

/** Asks the person to pin a site; has to be called in a click. Resolves to whether it is pinned now. */
export function pin(origin: string): Promise<boolean> {
  return browser.permissions.request({ origins: [patternOf(origin)] }).catch(() => false);
}

export async function unpin(site: string): Promise<void> {
  await browser.permissions.remove({ origins: [patternOf(site)] });
}

/** Calls `listener` whenever a site has been pinned or unpinned, wherever that was done. */
export function onPinsChanged(listener: () => void): void {
  browser.permissions.onAdded.addListener(listener);
  browser.permissions.onRemoved.addListener(listener);
}

// Firefox takes a pattern with a port, lists it, and lets it match no page: there a host stands for all of its ports.
function patternOf(site: string): string {
  const isFirefox = 'getBrowserInfo' in browser.runtime;
  return `${isFirefox ? site.replace(/:\d+$/, '') : site}/*`;
}

/** Whether a page of ours may ask for access at all and use it: the panels of Firefox have neither API. */
export function canReachPages(): boolean {
  return browser.scripting !== undefined && browser.permissions !== undefined;
}
