import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { forgetBadge, showBadge, shownBadge } from '../../../../extension/browser/tabs/badge.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

const TALLY = { origin: 'https://shop.example', cookie: 'gatekeeper', count: 2 };

test.each([
  // overrides  text on the button
  [0, ''],
  [1, '1'],
  [12, '12'],
])('%i overrides are shown as "%s", on the button of their tab only', async (count, text) => {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 }, { id: 8 });

  await showBadge(7, { ...TALLY, count });

  expect(browser.badges).toEqual(new Map([[7, text]]));
});

test('what was shown is known until it is forgotten, tab by tab', async () => {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 }, { id: 8 });
  await showBadge(7, TALLY);
  await showBadge(8, { ...TALLY, count: 1 });

  await forgetBadge(8);

  expect(await shownBadge(7)).toEqual(TALLY);
  expect(await shownBadge(8)).toBeUndefined();
});

test('only the memory of this browser session knows of it', async () => {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 });

  await showBadge(7, TALLY);

  expect([...browser.sessionItems.values()]).toEqual([TALLY]);
  expect(browser.localItems.size).toBe(0); // any other area would have thrown
});
