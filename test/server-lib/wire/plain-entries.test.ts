import { expect, test } from 'vitest';
import { overrideEntries } from '../../../server-lib/wire/override-cookie.ts';
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
  ['a number up to nine', '%7B%229%22%3A%22B%22%7D'],
  ['no colon', '%7B%22A%22%7C%22B%22%7D'],
  ['a name twice', '%7B%22A%22%3A%22B%22%2C%22A%22%3A%22C%22%7D'],
  ['a name twice, apart', '%7B%22A%22%3A%22B%22%2C%22C%22%3A%22D%22%2C%22A%22%3A%22C%22%7D'],
  ['cut off', '%7B%22A%22%3A%22B%22'],
  ['cut off in a name', '%7B%22A'],
  ['something behind it', '%7B%22A%22%3A%22B%22%7D%20'],
  ['a comma too many', '%7B%22A%22%3A%22B%22%2C%22%7D'],
])('%s is left to the parser', (_, value) => {
  expect(plainEntries(value)).toBeUndefined();
});

const cookieOf = (names: readonly string[]) => `%7B${names.map((name) => `%22${name}%22%3A%22ON%22`).join('%2C')}%7D`;

test('sixteen names may stand in any order; of more only the order of writing is read', () => {
  const names = Array.from({ length: 18 }, (_, at) => `FLAG_${String.fromCharCode(0x41 + at)}`);
  const swapped = (count: number) => [...names.slice(0, count - 1), 'BEFORE'];

  expect(plainEntries(cookieOf(names))).toHaveLength(18);
  expect(plainEntries(cookieOf(swapped(17)))).toHaveLength(17);
  expect(plainEntries(cookieOf(swapped(18)))).toBeUndefined();
});
