import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evictions } from '../../../../extension/app/flags/evictions.ts';
import { cookieValue, readStored, setOverride } from '../../../../extension/app/session/stored-overrides.ts';

const stored = (overrides: object) =>
  readStored([['gatekeeper', encodeURIComponent(JSON.stringify(overrides))]], 'gatekeeper');

test('redundant overrides are chosen first, then the longest, and no more than needed', () => {
  const overrides = stored({ SHORT: 'ON', A_VERY_LONG_NAME: 'A_VERY_LONG_VARIANT', OLD: 'ON' });

  expect(evictions(overrides, 5, new Set(['OLD']))).toEqual(['OLD']);
  expect(evictions(overrides, 40, new Set(['OLD']))).toEqual(['OLD', 'A_VERY_LONG_NAME']);
  expect(evictions(overrides, 0, new Set(['OLD']))).toEqual([]);
});

test('the simulated context is never chosen', () => {
  const overrides = stored({ '@user': 'u'.repeat(128), A: 'ON' });

  expect(evictions(overrides, 20, new Set())).toEqual(['A']);
});

test('an entry that is not a string can be chosen too', () => {
  expect(evictions(stored({ JUNK: { a: ['long enough'] }, A: 'ON' }), 20, new Set())).toEqual(['JUNK']);
});

test('removing the chosen overrides frees the excess bytes, if the cookie has that many', () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_.-]{0,20}$/);
  fc.assert(
    fc.property(fc.dictionary(name, name, { minKeys: 1, maxKeys: 20 }), fc.nat(60), (overrides, excess) => {
      const before = stored(overrides);
      const cleared = evictions(before, excess, new Set());
      const after = cleared.reduce((rest, flag) => setOverride(flag, '')(rest), before.entries);

      const isEnough = cookieValue(before.entries).length - cookieValue(after).length >= excess;
      expect(isEnough || after.size === 0).toBe(true);
    }),
  );
});
