import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeOverrides, overrideEntries } from '../../../server-lib/wire/override-cookie.ts';
import { plainEntries } from '../../../server-lib/wire/plain-entries.ts';

const slowly = (value: string) => overrideEntries(value, '');

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
