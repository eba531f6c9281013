import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cookieValue,
  overrideCount,
  readStored,
  setOverride,
} from '../../../../extension/app/session/stored-overrides.ts';
import { encodeOverrides } from '../../../../server-lib/wire.ts';
import { propertyTimeout, runs } from '../../../arbitraries/mutations.ts';

const CHOSEN = { CHECKOUT: 'ONE_PAGE' };
const read = (raw: string) => readStored([['gatekeeper', raw]], 'gatekeeper');

describe('a cookie', () => {
  test.each([
    // raw value                                            overrides
    ['%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D', CHOSEN],
    ['{"CHECKOUT":"ONE_PAGE"}', CHOSEN],
    ['"{"CHECKOUT":"ONE_PAGE"}"', CHOSEN],
    ['"%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D"', CHOSEN],
    ['j:{"CHECKOUT":"ONE_PAGE"}', CHOSEN],
    ['j%3A%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D', CHOSEN],
    ['{"CHECKOUT":"ONE_PAGE","SEARCH":"FUZZY"}', { CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }],
    ['{"Größe":"Übergroß"}', { Größe: 'Übergroß' }],
    ['%7B%22Gr%C3%B6%C3%9Fe%22%3A%22%F0%9F%9A%AA%22%7D', { Größe: '🚪' }],
    ['{"100%":"ON"}', { '100%': 'ON' }],
    ['{"CHECKOUT":"CLASSIC","CHECKOUT":"ONE_PAGE"}', CHOSEN],
    ['{"__proto__":"ON","constructor":"OFF"}', JSON.parse('{"__proto__":"ON","constructor":"OFF"}')],
    ['%7B%7D', {}],
  ])('%s is read as %j', (raw, overrides) => {
    const stored = read(raw);

    expect(stored.variants).toEqual(new Map(Object.entries(overrides)));
    expect(stored).toMatchObject({ raw, unusable: [] });
    expect(stored).not.toHaveProperty('problem');
  });

  test.each([
    // raw value                    problem
    ['', 'malformed'],
    ['%7B', 'malformed'],
    ['%FF', 'malformed'],
    ['null', 'malformed'],
    ['["ON"]', 'malformed'],
    ['%257B%2522A%2522%253A%2522ON%2522%257D', 'malformed'],
    [`{"A":"${'x'.repeat(4_090)}"}`, 'too-large'],
    [`{"A":"${'ß'.repeat(2_045)}"}`, 'too-large'],
  ])('%s is %s, and its raw value is kept', (raw, problem) => {
    const stored = read(raw);

    expect(stored).toEqual({ raw, entries: new Map(), variants: new Map(), unusable: [], problem });
  });

  test('with values that are not strings is counted, and lists their flags as unusable', () => {
    const stored = read('{"A":"ON","B":7,"C":null,"D":["ON"],"E":{"ON":true}}');

    expect(stored.variants).toEqual(new Map([['A', 'ON']]));
    expect(stored.unusable).toEqual(['B', 'C', 'D', 'E']);
    expect(overrideCount(stored)).toBe(5);
  });
});

test('no cookie is distinguished from an empty one', () => {
  const stored = readStored([], 'gatekeeper');

  expect(stored).toEqual({ raw: null, entries: new Map(), variants: new Map(), unusable: [] });
  expect(overrideCount(stored)).toBe(0);
});

test('of two cookies of the name the first counts, as on the server', () => {
  const stored = readStored(
    [
      ['gatekeeper', '{"A":"FIRST"}'],
      ['gatekeeper', '{"A":"SECOND"}'],
    ],
    'gatekeeper',
  );

  expect(stored.variants).toEqual(new Map([['A', 'FIRST']]));
});

test('a cookie with a similar name does not count', () => {
  const stored = readStored(
    [
      ['__Host-gatekeeper', '{"A":"ON"}'],
      ['gatekeeper-theme', '{"A":"ON"}'],
      ['Gatekeeper', '{"A":"ON"}'],
    ],
    'gatekeeper',
  );

  expect(stored.raw).toBeNull();
});

test('the cookie does not depend on the order of the clicks', () => {
  const one = setOverride('B', 'ON')(setOverride('A', 'ON')(new Map()));
  const other = setOverride('A', 'ON')(setOverride('B', 'ON')(new Map()));

  expect(cookieValue(one)).toBe(cookieValue(other));
});

test('a change does not modify the overrides to which it is applied', () => {
  const before = new Map([['A', 'ON']]);

  setOverride('A', '')(before);
  setOverride('B', 'ON')(before);

  expect(before).toEqual(new Map([['A', 'ON']]));
});

const text = fc.string({ unit: 'binary', maxLength: 10 });
const overrides = fc.uniqueArray(fc.tuple(text, text), { selector: ([flag]) => flag, maxLength: 8 });

test('any choice can be read back, and every other override stays the same', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(overrides, text, text, (entries, flag, variant) => {
      const before = new Map(entries);

      const after = read(cookieValue(setOverride(flag, variant)(before)) || '%7B%7D').entries;

      expect(after.get(flag) ?? '').toBe(variant);
      expect(setOverride(flag, '')(after)).toEqual(setOverride(flag, '')(before));
    }),
    runs(5_000),
  );
});

test('overrides are encoded as the library encodes them', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(overrides, (entries) => {
      const written = new Map(entries);

      expect(cookieValue(written)).toBe(written.size === 0 ? '' : encodeOverrides(written));
    }),
    runs(1_000),
  );
});

test('no string in the cookie makes reading throw', { timeout: propertyTimeout() }, () => {
  const tempting = fc.string({
    unit: fc.constantFrom('{', '}', '"', ':', ',', '%', '7B', '22', 'j:', 'A', 'ß', '\ud800'),
  });

  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), tempting, fc.json()), (raw) => {
      const stored = read(raw);

      expect(stored.raw).toBe(raw);
      if (stored.problem !== undefined) expect(overrideCount(stored)).toBe(0);
    }),
    runs(5_000),
  );
});
