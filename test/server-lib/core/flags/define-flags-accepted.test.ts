import { expect, test } from 'vitest';
import { defineFlags } from '../../../../server-lib/index.ts';

const ON = { variants: ['ON', 'OFF'], default: 'OFF' } as const;

test.each<{ readonly what: string; readonly flags: object }>([
  { what: 'no flag at all', flags: {} },
  { what: 'a single variant', flags: { A: { variants: ['ON'], default: 'ON' } } },
  { what: 'names with digits, dots and dashes', flags: { '7.new-shop_v2': ON } },
  { what: 'a name of 128 characters', flags: { ['A'.repeat(128)]: ON } },
  { what: 'names that Object.prototype knows', flags: { constructor: ON, toString: ON, hasOwnProperty: ON } },
  { what: 'variants that Object.prototype knows', flags: { A: { variants: ['constructor'], default: 'constructor' } } },
  { what: 'users by number, text, zero and the empty text', flags: { A: { ...ON, users: { ON: [0, 7, 'ann', ''] } } } },
  { what: 'one user twice for one variant', flags: { A: { ...ON, users: { ON: [7, '7', 7] } } } },
  { what: 'a variant without users', flags: { A: { ...ON, users: { ON: [] } } } },
  { what: 'optional fields that are undefined', flags: { A: { ...ON, users: undefined, decide: undefined } } },
  { what: 'switches spelt out', flags: { A: { ...ON, overridable: true, hidden: false } } },
])('$what can be defined', ({ flags }) => {
  expect(Object.entries(defineFlags(flags as never))).toEqual(Object.entries(flags));
});

test('the returned flags are frozen, and the passed ones are not', () => {
  const passed = { A: { variants: ['ON', 'OFF'] as const, default: 'OFF' as const } };

  const flags = defineFlags(passed);

  expect(Object.isFrozen(flags)).toBe(true);
  expect(Object.isFrozen(flags.A)).toBe(true);
  expect(Object.isFrozen(passed)).toBe(false);
  expect(Object.isFrozen(passed.A)).toBe(false);
});

test('the definitions and their variants can be read from the result', () => {
  const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', owner: 'search-team' } });

  expect(Object.keys(flags)).toEqual(['SEARCH']);
  expect(flags.SEARCH.variants).toEqual(['EXACT', 'FUZZY']);
  expect(flags.SEARCH.owner).toBe('search-team');
});

test('a definition may have custom fields that do not look like a misspelt option', () => {
  const flags = defineFlags({ SEARCH: { variants: ['EXACT'], default: 'EXACT', jiraIssue: 'SHOP-12' } as never });

  expect(flags.SEARCH).toMatchObject({ jiraIssue: 'SHOP-12' });
});
