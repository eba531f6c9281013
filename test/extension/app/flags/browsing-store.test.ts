import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrowsingStore, parseMemory } from '../../../../extension/app/flags/browsing-store.ts';
import { FakeSiteMemory } from '../../../fakes/fake-site-memory.ts';

const SHOP = 'https://shop.example';

function arrived(memories = new FakeSiteMemory(), origin = SHOP): BrowsingStore {
  const look = new BrowsingStore(memories, () => {});
  look.openSite(origin);
  return look;
}

test('the filter and the variants shown are remembered for the site, and for no other', () => {
  const memories = new FakeSiteMemory();
  const look = arrived(memories);

  look.filter('page');
  look.markVisited('CHECKOUT', 'CLASSIC');

  expect(arrived(memories).browsing).toMatchObject({ filter: 'page', visited: new Map([['CHECKOUT', ['CLASSIC']]]) });
  expect(arrived(memories, 'https://other.example').browsing).toMatchObject({ filter: 'all', visited: new Map() });
});

test('a search and a view are not remembered', () => {
  const memories = new FakeSiteMemory();
  const look = arrived(memories);

  look.search('check');
  look.view('help');

  expect(memories.stored.size).toBe(0);
});

test('arriving where one is changes nothing that one is looking for', () => {
  const look = arrived();
  look.search('check');
  look.filter('overridden');

  look.openSite(SHOP);

  expect(look.browsing).toMatchObject({ search: 'check', filter: 'overridden' });
});

test('no override ends the walk through a flag', () => {
  const look = arrived();
  look.markVisited('CHECKOUT', 'CLASSIC');

  look.markVisited('CHECKOUT', '');

  expect(look.browsing.visited.size).toBe(0);
});

test('back leaves a view first, then a search, and then has nothing to leave', () => {
  const look = arrived();
  look.search('check');
  look.view('help');

  expect([look.back(), look.browsing.view, look.browsing.search]).toEqual([true, 'flags', 'check']);
  expect([look.back(), look.browsing.search]).toEqual([true, '']);
  expect(look.back()).toBe(false);
});

test('each change is told, and only changes are', () => {
  let told = 0;
  const look = new BrowsingStore(new FakeSiteMemory(), () => {
    told += 1;
  });
  look.search('a');
  look.markVisited('A', '');
  look.loadMore();

  expect(told).toBe(2);
});

test('whatever was kept, a memory is a filter and variants by flag', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ filter: fc.anything(), visited: fc.array(fc.anything()) })),
      (kept) => {
        const { filter, visited } = parseMemory(kept);

        expect(['all', 'overridden', 'page']).toContain(filter);
        for (const [flag, variants] of visited) {
          expect(typeof flag).toBe('string');
          expect(variants.every((variant) => typeof variant === 'string')).toBe(true);
        }
      },
    ),
  );
});
