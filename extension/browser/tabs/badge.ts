import browser from 'webextension-polyfill';
import type { BadgeCount } from '../../app/session/page-port.ts';

/** Shows the number of a site's overrides on a tab's toolbar button, and stores what is needed to count again. */
export async function showBadge(tabId: number, badgeCount: BadgeCount): Promise<void> {
  await write(tabId, badgeCount.count);
  await browser.action.setBadgeBackgroundColor({ tabId, color: '#5b3fd6' });
  await browser.storage.session.set({ [keyOf(tabId)]: badgeCount });
}

/** The count last shown for a tab in this browser session. */
export async function shownBadge(tabId: number): Promise<BadgeCount | undefined> {
  const key = keyOf(tabId);
  return (await browser.storage.session.get(key))[key] as BadgeCount | undefined;
}

/** Removes the number from a tab's toolbar button, and the stored count. */
export async function hideBadge(tabId: number): Promise<void> {
  await forgetBadge(tabId);
  await write(tabId, 0);
}

/** Deletes the stored count of a tab. */
export async function forgetBadge(tabId: number): Promise<void> {
  await browser.storage.session.remove(keyOf(tabId));
}

async function write(tabId: number, count: number): Promise<void> {
  const { i18n, action } = browser;
  await action.setBadgeText({ tabId, text: count === 0 ? '' : String(count) });
  // The title is the button's accessible name and its tooltip.
  const title = count === 0 ? i18n.getMessage('toolbarTitle') : i18n.getMessage('toolbarCount', [String(count)]);
  await action.setTitle({ tabId, title });
}

const keyOf = (tabId: number): string => `badge:${tabId}`;
