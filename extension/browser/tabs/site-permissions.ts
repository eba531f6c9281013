import browser from 'webextension-polyfill';

// A pinned site is one for which the user has granted a lasting host permission. The browser stores the list.

/** The sites that the extension may access without a click: origins, or wider patterns that the user has allowed. */
export async function pinnedSites(): Promise<readonly string[]> {
  const { origins = [] } = await browser.permissions.getAll();
  return origins.map((pattern) => pattern.replace(/\/\*$/, '')).sort();
}

export function isPinned(origin: string): Promise<boolean> {
  return browser.permissions.contains({ origins: [patternOf(origin)] }).catch(() => false);
}

/** Asks the user to pin a site; must be called in a click handler. Resolves to whether the site is pinned. */
export function pin(origin: string): Promise<boolean> {
  return browser.permissions.request({ origins: [patternOf(origin)] }).catch(() => false);
}

export async function unpin(site: string): Promise<void> {
  await browser.permissions.remove({ origins: [site === '<all_urls>' ? site : patternOf(site)] });
}

/** Calls `listener` whenever a site has been pinned or unpinned, here or in the browser's settings. */
export function onPinsChanged(listener: () => void): void {
  browser.permissions.onAdded.addListener(listener);
  browser.permissions.onRemoved.addListener(listener);
}

// Firefox accepts a pattern with a port and lists it, but such a pattern matches no page. Without the port, the pattern
// covers all ports of the host.
function patternOf(site: string): string {
  const isFirefox = 'getBrowserInfo' in browser.runtime;
  return `${isFirefox ? site.replace(/:\d+$/, '') : site}/*`;
}

/** Whether this page of the extension can request access to sites and use it. Firefox's panels have neither API. */
export function canReachPages(): boolean {
  return browser.scripting !== undefined && browser.permissions !== undefined;
}
