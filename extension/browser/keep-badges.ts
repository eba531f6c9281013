import browser from 'webextension-polyfill';
import { countOf, readStored } from '../app/stored-overrides.ts';
import { forgetBadge, showBadge, shownBadge } from './badge.ts';
import { TabPage } from './tab-page.ts';

/**
 * Counts a tab's overrides again each time it has loaded: browsers wipe a badge then. Where the permission of the click
 * still holds (Chromium, on the same origin) the count is shown; elsewhere nothing is known, and nothing is shown.
 */
export function keepBadges(): void {
  browser.tabs.onUpdated.addListener((tabId, { status }) => {
    if (status === 'complete') recount(tabId).catch(ignore);
  });
  browser.tabs.onRemoved.addListener((tabId) => {
    forgetBadge(tabId).catch(ignore);
  });
}

async function recount(tabId: number): Promise<void> {
  const shown = await shownBadge(tabId);
  if (shown === undefined) return;
  const errand = await new TabPage(tabId).touchCookies(shown.origin);
  if (errand.kind !== 'done') return forgetBadge(tabId);
  await showBadge(tabId, { ...shown, count: countOf(readStored(errand.value.pairs, shown.cookie)) });
}

// A tab that closes meanwhile takes its badge with it.
const ignore = (): void => {};
