import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { BrowsingStore } from '../../../../extension/app/flags/browsing-store.ts';
import { openSiteMemory } from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';

const SHOP = 'https://shop.example';

/** A popup's way through the flags of the shop. */
async function openedLook(): Promise<BrowsingStore> {
  const look = new BrowsingStore(await openSiteMemory(), () => {});
  look.openSite(SHOP);
  return look;
}

test('what two windows of a site remember at once is all remembered', async () => {
  const browser = installFakeBrowserWithLocks();
  const [one, other] = [await openedLook(), await openedLook()];

  one.markVisited('CHECKOUT', 'CLASSIC');
  other.markVisited('CHECKOUT', 'ONE_PAGE');
  other.filter('page');
  one.markVisited('SEARCH', 'FUZZY');
  await navigator.locks.request(`look:${SHOP}`, () => {}); // after all of these

  expect([...browser.sessionItems.keys()]).toEqual([`look:${SHOP}`]);
  expect((await openedLook()).browsing).toMatchObject({
    filter: 'page',
    visited: new Map([
      ['CHECKOUT', ['CLASSIC', 'ONE_PAGE']],
      ['SEARCH', ['FUZZY']],
    ]),
  });
});

test('each window shows its own way at once', async () => {
  installFakeBrowserWithLocks();
  const look = await openedLook();

  look.filter('overridden');
  look.markVisited('CHECKOUT', 'CLASSIC');

  expect(look.browsing).toMatchObject({ filter: 'overridden', visited: new Map([['CHECKOUT', ['CLASSIC']]]) });
});
