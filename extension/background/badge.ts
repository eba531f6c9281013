import browser from 'webextension-polyfill';
import { countOf, readStored } from '../app/stored-overrides.ts';
import { forgetBadge, showBadge, shownBadge } from '../browser/badge.ts';
import { TabPage } from '../browser/tab-page.ts';

// A browser wipes a tab's badge when the tab loads. Where the permission of the click still holds (Chromium, on the
// same origin) the overrides are counted again; elsewhere nothing is known, and nothing is shown.
browser.tabs.onUpdated.addListener((tabId, { status }) => {
  if (status === 'complete') void countAgain(tabId);
});
browser.tabs.onRemoved.addListener((tabId) => void forgetBadge(tabId));

async function countAgain(tabId: number): Promise<void> {
  const shown = await shownBadge(tabId);
  if (shown === undefined) return;
  const errand = await new TabPage(tabId).touchCookies(shown.origin);
  if (errand.kind !== 'done') return forgetBadge(tabId);
  await showBadge(tabId, { ...shown, count: countOf(readStored(errand.value.pairs, shown.cookie)) });
}
