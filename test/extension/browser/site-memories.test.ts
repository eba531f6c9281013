import '../../fakes/started-browser.ts';

import { expect, test } from 'vitest';
import { Look } from '../../../extension/app/look.ts';
import { siteMemories } from '../../../extension/browser/site-memories.ts';
import { browserWithLocks } from '../../fakes/started-presets.ts';

const SHOP = 'https://shop.example';

/** A popup's way through the flags of the shop. */
async function openedLook(): Promise<Look> {
  const look = new Look(await siteMemories(), () => {});
  look.arriveAt(SHOP);
  return look;
}

test('what two windows of a site remember at once is all remembered', async () => {
  const browser = browserWithLocks();
  const [one, other] = [await openedLook(), await openedLook()];

  one.visit('CHECKOUT', 'CLASSIC');
  other.visit('CHECKOUT', 'ONE_PAGE');
  other.filter('page');
  one.visit('SEARCH', 'FUZZY');
  await navigator.locks.request(`look:${SHOP}`, () => {}); // after all of these

  expect([...browser.stored.keys()]).toEqual([`look:${SHOP}`]);
  expect((await openedLook()).browsing).toMatchObject({
    filter: 'page',
    visited: new Map([
      ['CHECKOUT', ['CLASSIC', 'ONE_PAGE']],
      ['SEARCH', ['FUZZY']],
    ]),
  });
});

test('each window shows its own way at once', async () => {
  browserWithLocks();
  const look = await openedLook();

  look.filter('overridden');
  look.visit('CHECKOUT', 'CLASSIC');

  expect(look.browsing).toMatchObject({ filter: 'overridden', visited: new Map([['CHECKOUT', ['CLASSIC']]]) });
});
