import browser from 'webextension-polyfill';
import type { BadgeCount } from '../../app/session/page-port.ts';
import { guessCookieName } from '../../app/session/session-state.ts';
import { overrideCount, readStored } from '../../app/session/stored-overrides.ts';
import { isAccessBorrowed } from '../compare/picture-access.ts';
import { TabPage } from '../page/tab-page.ts';
import { forgetBadge, hideBadge, showBadge, shownBadge } from './badge.ts';
import { isPinned, onPinsChanged } from './site-permissions.ts';

/**
 * Counts a tab's overrides again each time a page has loaded, because browsers then clear the badge. The count is shown
 * on pinned sites, and while the permission from the click lasts (in Chromium, on the same origin). Elsewhere the
 * cookies cannot be read, and no count is shown.
 */
export function keepBadges(): void {
  browser.tabs.onUpdated.addListener((tabId, { status }) => {
    if (status === 'complete') recount(tabId).catch(ignore);
  });
  browser.tabs.onRemoved.addListener((tabId) => {
    forgetBadge(tabId).catch(ignore);
  });
  // Chromium closes the popup when it asks for the permission, so the badge is updated here.
  onPinsChanged(() => {
    recountAll().catch(ignore);
  });
}

async function recountAll(): Promise<void> {
  const tabs = await browser.tabs.query({});
  for (const { id } of tabs) if (id !== undefined) recount(id).catch(ignore);
}

async function recount(tabId: number): Promise<void> {
  const shown = await shownBadge(tabId);
  const origin = (await pinnedOrigin(tabId)) ?? shown?.origin;
  if (origin === undefined) return;
  const result = await new TabPage(tabId).accessCookies(origin);
  if (result.kind !== 'done') return hideBadge(tabId);
  const { pairs } = result.value;
  const cookie = shown?.origin === origin ? shown.cookie : guessCookieName(pairs);
  const badgeCount: BadgeCount = { origin, cookie, count: overrideCount(readStored(pairs, cookie)) };
  await showBadge(tabId, badgeCount);
}

async function pinnedOrigin(tabId: number): Promise<string | undefined> {
  const { url } = await browser.tabs.get(tabId);
  if (url === undefined || !/^https?:/.test(url)) return undefined;
  const { origin } = new URL(url);
  // A comparison borrows permission for all sites. That pins none of them.
  return (await isPinned(origin)) && !(await isAccessBorrowed()) ? origin : undefined;
}

// The tab may have closed meanwhile.
const ignore = (): void => {};
