import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrowsingStore, parseMemory } from '../../../../extension/app/flags/browsing-store.ts';
import { FakeSiteMemory } from '../../../fakes/fake-site-memory.ts';

const SHOP = 'https://shop.example';

function storeAt(memories = new FakeSiteMemory(), origin = SHOP): BrowsingStore {
  const store = new BrowsingStore(memories, () => {});
  store.openSite(origin);
  return store;
}

test('the filter and the visited variants are stored for the site only', () => {
  const memories = new FakeSiteMemory();
  const store = storeAt(memories);

  store.filter('page');
  store.markVisited('CHECKOUT', 'CLASSIC');

  expect(storeAt(memories).browsing).toMatchObject({ filter: 'page', visited: new Map([['CHECKOUT', ['CLASSIC']]]) });
  expect(storeAt(memories, 'https://other.example').browsing).toMatchObject({ filter: 'all', visited: new Map() });
});

test('the search and the view are not stored', () => {
  const memories = new FakeSiteMemory();
  const store = storeAt(memories);

  store.search('check');
  store.view('help');

  expect(memories.stored.size).toBe(0);
});

test('opening the same site again keeps the search and the filter', () => {
  const store = storeAt();
  store.search('check');
  store.filter('overridden');

  store.openSite(SHOP);

  expect(store.browsing).toMatchObject({ search: 'check', filter: 'overridden' });
});

test('choosing no override clears the visited variants of the flag', () => {
  const store = storeAt();
  store.markVisited('CHECKOUT', 'CLASSIC');

  store.markVisited('CHECKOUT', '');

  expect(store.browsing.visited.size).toBe(0);
});

test('back closes the view, then clears the search, and then returns false', () => {
  const store = storeAt();
  store.search('check');
  store.view('help');

  expect([store.back(), store.browsing.view, store.browsing.search]).toEqual([true, 'flags', 'check']);
  expect([store.back(), store.browsing.search]).toEqual([true, '']);
  expect(store.back()).toBe(false);
});

test('the listener is called for each change, and only for changes', () => {
  let calls = 0;
  const store = new BrowsingStore(new FakeSiteMemory(), () => {
    calls += 1;
  });
  store.search('a');
  store.markVisited('A', '');
  store.loadMore();

  expect(calls).toBe(2);
});

test('any stored value is parsed as a filter and variants by flag', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ filter: fc.anything(), visited: fc.array(fc.anything()) })),
      (stored) => {
        const { filter, visited } = parseMemory(stored);

        expect(['all', 'overridden', 'page']).toContain(filter);
        for (const [flag, variants] of visited) {
          expect(typeof flag).toBe('string');
          expect(variants.every((variant) => typeof variant === 'string')).toBe(true);
        }
      },
    ),
  );
});
