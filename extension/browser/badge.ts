import browser from 'webextension-polyfill';
import type { Tally } from '../app/ports.ts';

/** Shows on the toolbar button of one tab how many overrides its site has, and remembers what to count again. */
export async function showBadge(tabId: number, tally: Tally): Promise<void> {
  await browser.action.setBadgeText({ tabId, text: tally.count === 0 ? '' : String(tally.count) });
  await browser.action.setBadgeBackgroundColor({ tabId, color: '#5b3fd6' });
  await browser.storage.session.set({ [keyOf(tabId)]: tally });
}

/** What was last shown for a tab in this browser session. */
export async function shownBadge(tabId: number): Promise<Tally | undefined> {
  const key = keyOf(tabId);
  return (await browser.storage.session.get(key))[key] as Tally | undefined;
}

/** Forgets a tab that has closed or gone elsewhere. */
export async function forgetBadge(tabId: number): Promise<void> {
  await browser.storage.session.remove(keyOf(tabId));
}

const keyOf = (tabId: number): string => `badge:${tabId}`;
