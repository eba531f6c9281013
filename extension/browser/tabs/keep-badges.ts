import browser from 'webextension-polyfill';
import type { BadgeCount } from '../../app/session/page-port.ts';
import { guessCookieName } from '../../app/session/session-state.ts';
import { overrideCount, readStored } from '../../app/session/stored-overrides.ts';
import { TabPage } from '../page/tab-page.ts';
import { forgetBadge, hideBadge, showBadge, shownBadge } from './badge.ts';
import { isPinned, onPinsChanged } from './site-permissions.ts';

/**
 * Counts a tab's overrides again each time it has loaded: browsers wipe a badge then. On a pinned site, and where the
 * permission of the click still holds (Chromium, on the same origin), the count is shown; elsewhere nothing is known,
 * and nothing is shown.
 */
export function keepBadges(): void {
  browser.tabs.onUpdated.addListener((tabId, { status }) => {
    if (status === 'complete') recount(tabId).catch(ignore);
  });
  browser.tabs.onRemoved.addListener((tabId) => {
    forgetBadge(tabId).catch(ignore);
  });
  // Chromium closes the popup to ask for the permission: what it would show is shown here.
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
  return (await isPinned(origin)) ? origin : undefined;
}

// A tab that closes meanwhile takes its badge with it.
const ignore = (): void => {};
