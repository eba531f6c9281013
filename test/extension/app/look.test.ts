import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Look } from '../../../extension/app/look.ts';
import { memoryOf } from '../../../extension/app/site-memory.ts';
import { MemoriesInMemory } from '../../fakes/memories-in-memory.ts';

const SHOP = 'https://shop.example';

function arrived(memories = new MemoriesInMemory(), origin = SHOP): Look {
  const look = new Look(memories, () => {});
  look.arriveAt(origin);
  return look;
}

test('the filter and the variants shown are remembered for the site, and for no other', () => {
  const memories = new MemoriesInMemory();
  const look = arrived(memories);

  look.filter('page');
  look.visit('CHECKOUT', 'CLASSIC');

  expect(arrived(memories).browsing).toMatchObject({ filter: 'page', visited: new Map([['CHECKOUT', ['CLASSIC']]]) });
  expect(arrived(memories, 'https://other.example').browsing).toMatchObject({ filter: 'all', visited: new Map() });
});

test('a search and a view are not remembered', () => {
  const memories = new MemoriesInMemory();
  const look = arrived(memories);

  look.search('check');
  look.view('help');

  expect(memories.kept.size).toBe(0);
});

test('arriving where one is changes nothing that one is looking for', () => {
  const look = arrived();
  look.search('check');
  look.filter('overridden');

  look.arriveAt(SHOP);

  expect(look.browsing).toMatchObject({ search: 'check', filter: 'overridden' });
});

test('no override ends the walk through a flag', () => {
  const look = arrived();
  look.visit('CHECKOUT', 'CLASSIC');

  look.visit('CHECKOUT', '');

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
  const look = new Look(new MemoriesInMemory(), () => {
    told += 1;
  });
  look.search('a');
  look.visit('A', '');
  look.readOn();

  expect(told).toBe(2);
});

test('whatever was kept, a memory is a filter and variants by flag', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ filter: fc.anything(), visited: fc.array(fc.anything()) })),
      (kept) => {
        const { filter, visited } = memoryOf(kept);

        expect(['all', 'overridden', 'page']).toContain(filter);
        for (const [flag, variants] of visited) {
          expect(typeof flag).toBe('string');
          expect(variants.every((variant) => typeof variant === 'string')).toBe(true);
        }
      },
    ),
  );
});
