import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeOverrides, overrideEntries } from '../../../server-lib/wire/override-cookie.ts';
import { plainEntries } from '../../../server-lib/wire/plain-entries.ts';

const slowly = (value: string) => overrideEntries(value, '');

test.each([
  ['%7B%22A%22%3A%22B%22%7D', [['A', 'B']]],
  ['%7B%22A%22%3A%22%22%7D', [['A', '']]],
  ['%7B%22__proto__%22%3A%22A%22%7D', [['__proto__', 'A']]],
  [
    '%7B%22B.1%22%3A%22x%22%2C%22A-2%22%3A%22y_z%22%7D',
    [
      ['B.1', 'x'],
      ['A-2', 'y_z'],
    ],
  ],
])('%s is read without decoding', (value, entries) => {
  expect(plainEntries(value)).toEqual(entries);
  expect(slowly(value)).toEqual(entries);
});

test.each([
  ['nothing in it', '%7B%7D'],
  ['as Express writes it', 'j%3A%7B%22A%22%3A%22B%22%7D'],
  ['not encoded', '{"A":"B"}'],
  ['encoded in lower case', '%7b%22A%22%3a%22B%22%7d'],
  ['a blank', '%7B%22A%22%3A%20%22B%22%7D'],
  ['a number for a variant', '%7B%22A%22%3A1%7D'],
  ['a backslash', '%7B%22A%5Cn%22%3A%22B%22%7D'],
  ['one that is not encoded', '%7B%22A\\n%22%3A%22B%22%7D'],
  ['a name outside ASCII', '%7B%22%C3%A4%22%3A%22B%22%7D'],
  ['octets outside ASCII', '%7B%22\u00c3\u00a4%22%3A%22B%22%7D'],
  ['a number for a name, which an object puts first', '%7B%22A%22%3A%22B%22%2C%227%22%3A%22C%22%7D'],
  ['a name twice', '%7B%22A%22%3A%22B%22%2C%22A%22%3A%22C%22%7D'],
  ['a name twice, apart', '%7B%22A%22%3A%22B%22%2C%22C%22%3A%22D%22%2C%22A%22%3A%22C%22%7D'],
  ['cut off', '%7B%22A%22%3A%22B%22'],
  ['cut off in a name', '%7B%22A'],
  ['something behind it', '%7B%22A%22%3A%22B%22%7D%20'],
  ['a comma too many', '%7B%22A%22%3A%22B%22%2C%22%7D'],
])('%s is left to the parser', (_, value) => {
  expect(plainEntries(value)).toBeUndefined();
});

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{0,6}$/);

test('what encodeOverrides writes for flags and variants is read as the parser reads it', () => {
  const overrides = fc.uniqueArray(fc.tuple(name, name), { selector: ([flag]) => flag, maxLength: 40 });
  fc.assert(
    fc.property(overrides, (entries) => {
      const value = encodeOverrides(new Map(entries));
      const read = plainEntries(value);

      if (entries.length > 0 && entries.every(([flag]) => !/^[0-9.-]/.test(flag))) expect(read).toBeDefined();
      expect(read ?? slowly(value)).toEqual(slowly(value));
    }),
  );
});

test('in any order, with names twice and with pieces of the syntax anywhere, it is the parser or silence', () => {
  const piece = fc.oneof(
    name,
    fc.constantFrom(
      '%7B%22',
      '%22%3A%22',
      '%22%2C%22',
      '%22%7D',
      '%22',
      '%',
      '%5C',
      '"',
      '\\',
      'A',
      'B',
      '\u00e4',
      ' ',
    ),
  );
  const pair = fc.tuple(name, fc.oneof(name, piece)).map(([flag, variant]) => `${flag}%22%3A%22${variant}`);
  const listed = fc
    .array(pair, { minLength: 1, maxLength: 40 })
    .map((pairs) => `%7B%22${pairs.join('%22%2C%22')}%22%7D`);
  const value = fc.oneof(
    listed,
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(value, (one) => {
      const read = plainEntries(one);
      if (read !== undefined) expect(read).toEqual(slowly(one));
    }),
    { numRuns: 5_000 },
  );
});
