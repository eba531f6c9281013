import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { BrowsingStore } from '../../../../extension/app/flags/browsing-store.ts';
import { openSiteMemory } from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';

const SHOP = 'https://shop.example';

/** The browsing store of a popup on the shop. */
async function openedStore(): Promise<BrowsingStore> {
  const store = new BrowsingStore(await openSiteMemory(), () => {});
  store.openSite(SHOP);
  return store;
}

test('changes that two windows of a site make at once are all stored', async () => {
  const browser = installFakeBrowserWithLocks();
  const [one, other] = [await openedStore(), await openedStore()];

  one.markVisited('CHECKOUT', 'CLASSIC');
  other.markVisited('CHECKOUT', 'ONE_PAGE');
  other.filter('page');
  one.markVisited('SEARCH', 'FUZZY');
  await navigator.locks.request(`look:${SHOP}`, () => {}); // after all of these

  expect([...browser.sessionItems.keys()]).toEqual([`look:${SHOP}`]);
  expect((await openedStore()).browsing).toMatchObject({
    filter: 'page',
    visited: new Map([
      ['CHECKOUT', ['CLASSIC', 'ONE_PAGE']],
      ['SEARCH', ['FUZZY']],
    ]),
  });
});

test('each window shows its own changes immediately', async () => {
  installFakeBrowserWithLocks();
  const store = await openedStore();

  store.filter('overridden');
  store.markVisited('CHECKOUT', 'CLASSIC');

  expect(store.browsing).toMatchObject({ filter: 'overridden', visited: new Map([['CHECKOUT', ['CLASSIC']]]) });
});
