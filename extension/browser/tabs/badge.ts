import browser from 'webextension-polyfill';
import type { BadgeCount } from '../../app/session/page-port.ts';

/** Shows on the toolbar button of one tab how many overrides its site has, and remembers what to count again. */
export async function showBadge(tabId: number, badgeCount: BadgeCount): Promise<void> {
  await write(tabId, badgeCount.count);
  await browser.action.setBadgeBackgroundColor({ tabId, color: '#5b3fd6' });
  await browser.storage.session.set({ [keyOf(tabId)]: badgeCount });
}

/** What was last shown for a tab in this browser session. */
export async function shownBadge(tabId: number): Promise<BadgeCount | undefined> {
  const key = keyOf(tabId);
  return (await browser.storage.session.get(key))[key] as BadgeCount | undefined;
}

/** Takes the number from the toolbar button of a tab, of which nothing is known any more. */
export async function hideBadge(tabId: number): Promise<void> {
  await forgetBadge(tabId);
  await write(tabId, 0);
}

/** Forgets a tab that has closed. */
export async function forgetBadge(tabId: number): Promise<void> {
  await browser.storage.session.remove(keyOf(tabId));
}

async function write(tabId: number, count: number): Promise<void> {
  const { i18n, action } = browser;
  await action.setBadgeText({ tabId, text: count === 0 ? '' : String(count) });
  // The button's name: what it is called aloud, and beside the pointer.
  const title = count === 0 ? i18n.getMessage('toolbarTitle') : i18n.getMessage('toolbarCount', [String(count)]);
  await action.setTitle({ tabId, title });
}

const keyOf = (tabId: number): string => `badge:${tabId}`;
