import browser from 'webextension-polyfill';

/** Whether a page of ours may ask for access at all and use it: the panels of Firefox have neither API. */
export function canReachPages(): boolean {
  return browser.scripting !== undefined && browser.permissions !== undefined;
}
