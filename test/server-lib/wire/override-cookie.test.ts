import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  cookieBytes,
  decodeOverrides,
  encodeOverrides,
  readOverrideCookie,
} from '../../../server-lib/wire/override-cookie.ts';
import { readVectors } from '../../helpers/protocol/read-vectors.ts';

interface CookieVector {
  readonly title: string;
  readonly overrides: Readonly<Record<string, string>>;
  readonly value: string;
  readonly alsoRead: readonly string[];
}

const VECTORS = readVectors<readonly CookieVector[]>('cookie-vectors.json');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the published vectors', () => {
  test.each(VECTORS)('$title: written as the value', ({ overrides, value }) => {
    expect(encodeOverrides(new Map(Object.entries(overrides)))).toBe(value);
    expect(encodeOverrides(new Map(Object.entries(overrides).reverse()))).toBe(value);
  });

  test.each(
    VECTORS.flatMap(({ title, overrides, value, alsoRead }) => [
      { title, overrides, text: value },
      ...alsoRead.map((text) => ({ title, overrides, text })),
    ]),
  )('$title: read from $text', ({ overrides, text }) => {
    expect(decodeOverrides(text, 'gatekeeper')).toEqual({
      kind: 'entries',
      entries: new Map(Object.entries(overrides)),
    });
  });
});

describe('encodeOverrides', () => {
  test('what is written needs no quoting in any cookie parser', () => {
    const value = encodeOverrides(new Map([['A_1.x-y', 'O,N;"\\ \u00fc%+']]));

    expect(value).toMatch(/^[A-Za-z0-9%_.!~*'()-]+$/);
  });

  test('a name that is every object’s is written and read like any other', () => {
    const value = encodeOverrides(new Map([['__proto__', 'ON']]));

    expect(decodeOverrides(value, 'gatekeeper')).toEqual({ kind: 'entries', entries: new Map([['__proto__', 'ON']]) });
  });

  test('an object is written as a Map of the same entries is', () => {
    expect(encodeOverrides({ SEARCH: 'FUZZY', CHECKOUT: 'ONE_PAGE' })).toBe(
      encodeOverrides(
        new Map([
          ['CHECKOUT', 'ONE_PAGE'],
          ['SEARCH', 'FUZZY'],
        ]),
      ),
    );
    expect(encodeOverrides({})).toBe('%7B%7D');
    expect(encodeOverrides(Object.assign(Object.create({ INHERITED: 'ON' }), { A: 'ON' }))).toBe(
      '%7B%22A%22%3A%22ON%22%7D',
    );
  });

  test.each([true, 7, null, undefined, {}, ['ON']])(
    'the variant %j is refused, since no server would apply it',
    (variant) => {
      expect(() => encodeOverrides({ A: variant as never })).toThrow(
        new TypeError(`encodeOverrides: expected { FLAG: 'VARIANT' } or a Map; got a ${typeof variant} for "A"`),
      );
    },
  );

  test('a lone surrogate is written as an escape, and read back', () => {
    const value = encodeOverrides(new Map([['A', '\ud800']]));

    expect(value).toBe('%7B%22A%22%3A%22%5Cud800%22%7D');
    expect(decodeOverrides(value, 'gatekeeper')).toEqual({ kind: 'entries', entries: new Map([['A', '\ud800']]) });
  });
});

describe('cookieOctets', () => {
  test.each([
    // name              value     octets
    ['gatekeeper', '', 10],
    ['gatekeeper', '%7B%7D', 16],
    ['__Host-gatekeeper', '%7B%7D', 23],
  ])('%s=%s has %d octets', (name, value, octets) => {
    expect(cookieBytes(name, value)).toBe(octets);
  });
});

describe('decodeOverrides', () => {
  test.each([
    // name                octets  kind
    ['gatekeeper', 4_095, 'entries'],
    ['gatekeeper', 4_096, 'entries'],
    ['gatekeeper', 4_097, 'too-large'],
    ['__Host-gatekeeper', 4_096, 'entries'],
    ['__Host-gatekeeper', 4_097, 'too-large'],
  ])('with the name %s, %d octets are %s', (name, octets, kind) => {
    const padding = ' '.repeat(octets - name.length - 2);

    const reading = decodeOverrides(`{${padding}}`, name);

    expect(reading.kind === 'unreadable' ? reading.problem : reading.kind).toBe(kind);
  });

  test('entries keep whatever type they have, for the flags to judge', () => {
    const reading = decodeOverrides('{"A":"ON","B":1,"C":null,"D":["ON"],"E":{}}', 'gatekeeper');

    expect(reading).toEqual({
      kind: 'entries',
      entries: new Map<string, unknown>([
        ['A', 'ON'],
        ['B', 1],
        ['C', null],
        ['D', ['ON']],
        ['E', {}],
      ]),
    });
  });

  test('characters beyond octets, from a framework that has decoded the header, are taken as they are', () => {
    const reading = decodeOverrides('{"A":"ON","x":"\u20ac\u00e9"}', 'gatekeeper');

    expect(reading).toEqual({
      kind: 'entries',
      entries: new Map([
        ['A', 'ON'],
        ['x', '\u20ac\u00e9'],
      ]),
    });
  });

  test.each([
    // octet      as text
    ['\x7f', '\x7f'],
    ['\xc2\x80', '\x80'],
    ['\xc3\xbf', '\xff'],
  ])('the octets %j are the text %j', (octets, text) => {
    expect(decodeOverrides(`{"x":"${octets}"}`, 'gatekeeper')).toEqual({
      kind: 'entries',
      entries: new Map([['x', text]]),
    });
  });

  test.each(['\x80', '\xff'])('the octet %j alone is no text', (octet) => {
    expect(decodeOverrides(`{"x":"${octet}"}`, 'gatekeeper')).toEqual({ kind: 'unreadable', problem: 'malformed' });
  });

  test('a value is parsed at most twice and decoded at most once, so that its cost grows with its length only', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const decode = vi.spyOn(globalThis, 'decodeURIComponent');
    const nested = Array.from({ length: 8 }).reduce<string>((text) => encodeURIComponent(text), '"A":"ON"');

    decodeOverrides(`{${nested}}`, 'gatekeeper');

    expect(parse).toHaveBeenCalledTimes(2);
    expect(decode).toHaveBeenCalledTimes(1);
  });

  test('what begins as no object does is not parsed: a failure of JSON.parse costs more than all the rest', () => {
    const parse = vi.spyOn(JSON, 'parse');

    decodeOverrides(encodeURIComponent('{"A":"ON"}'), 'gatekeeper');

    expect(parse.mock.calls).toEqual([['{"A":"ON"}']]);
  });

  test('a value that is too large is not parsed at all', () => {
    const parse = vi.spyOn(JSON, 'parse');

    decodeOverrides(`{"A":"${'x'.repeat(5_000)}"}`, 'gatekeeper');

    expect(parse).not.toHaveBeenCalled();
  });
});

describe('readOverrideCookie', () => {
  test.each([undefined, '', 'a=1', 'gatekeeper', '__Host-gatekeeper={}'])('in %j there is no cookie', (header) => {
    expect(readOverrideCookie(header, 'gatekeeper')).toEqual({ kind: 'absent' });
  });

  test('a cookie with no entries is there all the same', () => {
    expect(readOverrideCookie('gatekeeper=%7B%7D', 'gatekeeper')).toEqual({ kind: 'entries', entries: new Map() });
  });

  test('only the configured name counts, with no fallback to another', () => {
    const header = 'gatekeeper={"A":"ON"}; __Host-gatekeeper={"A":"OFF"}';

    expect(readOverrideCookie(header, '__Host-gatekeeper')).toEqual({
      kind: 'entries',
      entries: new Map([['A', 'OFF']]),
    });
    expect(readOverrideCookie('gatekeeper={"A":"ON"}', '__Host-gatekeeper')).toEqual({ kind: 'absent' });
  });
});

test.each([null, undefined, 7, ['gatekeeper=x'], {}])(
  'a Cookie header that is %o holds no override cookie',
  (header) => {
    expect(readOverrideCookie(header as never, 'gatekeeper')).toEqual({ kind: 'absent' });
    expect(decodeOverrides(header as never, 'gatekeeper')).toEqual({ kind: 'unreadable', problem: 'malformed' });
  },
);

test.each([null, undefined, 7, 'SEARCH', () => {}])(
  'encodeOverrides refuses %o and says what it takes',
  (overrides) => {
    expect(() => encodeOverrides(overrides as never)).toThrow(
      `encodeOverrides: expected { FLAG: 'VARIANT' } or a Map; got ${typeof overrides}`,
    );
  },
);

test('encodeOverrides refuses a Map whose keys are no names', () => {
  expect(() => encodeOverrides(new Map([[7, 'ON']]) as never)).toThrow('got a number as a flag');
});
