import browser from 'webextension-polyfill';

/** Whether a page of ours may ask for access at all and use it: the panels of Firefox have neither API. */
export function canReachPages(): boolean {
  return browser.scripting !== undefined && browser.permissions !== undefined;
}

/** Asks the person for access to one origin; has to follow a click. Resolves to whether there is access now. */
export async function askForSite(origin: string): Promise<boolean> {
  try {
    return await browser.permissions.request({ origins: [`${origin}/*`] });
  } catch {
    return false; // no click, or an address that the browser never lets anybody in to
  }
}
