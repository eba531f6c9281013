import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { forgetBadge, showBadge, shownBadge } from '../../../../extension/browser/tabs/badge.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

const BADGE_COUNT = { origin: 'https://shop.example', cookie: 'gatekeeper', count: 2 };

test.each([
  // overrides  text on the button
  [0, ''],
  [1, '1'],
  [12, '12'],
])('%i overrides are shown as "%s", on the button of their tab only', async (count, text) => {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 }, { id: 8 });

  await showBadge(7, { ...BADGE_COUNT, count });

  expect(browser.badges).toEqual(new Map([[7, text]]));
});

test('the shown count is stored for each tab until it is deleted', async () => {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 }, { id: 8 });
  await showBadge(7, BADGE_COUNT);
  await showBadge(8, { ...BADGE_COUNT, count: 1 });

  await forgetBadge(8);

  expect(await shownBadge(7)).toEqual(BADGE_COUNT);
  expect(await shownBadge(8)).toBeUndefined();
});

test('the count is stored in the browser session only', async () => {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 });

  await showBadge(7, BADGE_COUNT);

  expect([...browser.sessionItems.values()]).toEqual([BADGE_COUNT]);
  expect(browser.localItems.size).toBe(0); // the fake has no other area
});
