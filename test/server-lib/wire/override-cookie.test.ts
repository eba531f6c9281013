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
  test('encoded overrides need no quotes in any cookie parser', () => {
    const value = encodeOverrides(new Map([['A_1.x-y', 'O,N;"\\ \u00fc%+']]));

    expect(value).toMatch(/^[A-Za-z0-9%_.!~*'()-]+$/);
  });

  test('the name of an inherited property is encoded and decoded like any other', () => {
    const value = encodeOverrides(new Map([['__proto__', 'ON']]));

    expect(decodeOverrides(value, 'gatekeeper')).toEqual({ kind: 'entries', entries: new Map([['__proto__', 'ON']]) });
  });

  test('an object is encoded like a Map of the same entries', () => {
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
    'the variant %j is refused, because no server would apply it',
    (variant) => {
      expect(() => encodeOverrides({ A: variant as never })).toThrow(
        new TypeError(`encodeOverrides: expected { FLAG: 'VARIANT' } or a Map; got a ${typeof variant} for "A"`),
      );
    },
  );

  test('a lone surrogate is encoded as an escape, and decoded again', () => {
    const value = encodeOverrides(new Map([['A', '\ud800']]));

    expect(value).toBe('%7B%22A%22%3A%22%5Cud800%22%7D');
    expect(decodeOverrides(value, 'gatekeeper')).toEqual({ kind: 'entries', entries: new Map([['A', '\ud800']]) });
  });
});

describe('cookieBytes', () => {
  test.each([
    // name              value     bytes
    ['gatekeeper', '', 10],
    ['gatekeeper', '%7B%7D', 16],
    ['__Host-gatekeeper', '%7B%7D', 23],
  ])('%s=%s has %d bytes', (name, value, bytes) => {
    expect(cookieBytes(name, value)).toBe(bytes);
  });
});

describe('decodeOverrides', () => {
  test.each([
    // name                bytes   kind
    ['gatekeeper', 4_095, 'entries'],
    ['gatekeeper', 4_096, 'entries'],
    ['gatekeeper', 4_097, 'too-large'],
    ['__Host-gatekeeper', 4_096, 'entries'],
    ['__Host-gatekeeper', 4_097, 'too-large'],
  ])('with the name %s, %d bytes are %s', (name, bytes, kind) => {
    const padding = ' '.repeat(bytes - name.length - 2);

    const reading = decodeOverrides(`{${padding}}`, name);

    expect(reading.kind === 'unreadable' ? reading.problem : reading.kind).toBe(kind);
  });

  test('entries keep their type', () => {
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

  test('characters above U+00FF, from a framework that has decoded the header, stay as they are', () => {
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
    // byte       as a string
    ['\x7f', '\x7f'],
    ['\xc2\x80', '\x80'],
    ['\xc3\xbf', '\xff'],
  ])('the bytes %j are the string %j', (bytes, text) => {
    expect(decodeOverrides(`{"x":"${bytes}"}`, 'gatekeeper')).toEqual({
      kind: 'entries',
      entries: new Map([['x', text]]),
    });
  });

  test.each(['\x80', '\xff'])('the byte %j alone is not UTF-8', (byte) => {
    expect(decodeOverrides(`{"x":"${byte}"}`, 'gatekeeper')).toEqual({ kind: 'unreadable', problem: 'malformed' });
  });

  test('a value is parsed at most twice and decoded at most once', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const decode = vi.spyOn(globalThis, 'decodeURIComponent');
    const nested = Array.from({ length: 8 }).reduce<string>((text) => encodeURIComponent(text), '"A":"ON"');

    decodeOverrides(`{${nested}}`, 'gatekeeper');

    expect(parse).toHaveBeenCalledTimes(2);
    expect(decode).toHaveBeenCalledTimes(1);
  });

  test('a value that does not begin like an object is not parsed, because a failing JSON.parse is slow', () => {
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

  test('a cookie without entries is present', () => {
    expect(readOverrideCookie('gatekeeper=%7B%7D', 'gatekeeper')).toEqual({ kind: 'entries', entries: new Map() });
  });

  test('only the configured name counts, without a fallback', () => {
    const header = 'gatekeeper={"A":"ON"}; __Host-gatekeeper={"A":"OFF"}';

    expect(readOverrideCookie(header, '__Host-gatekeeper')).toEqual({
      kind: 'entries',
      entries: new Map([['A', 'OFF']]),
    });
    expect(readOverrideCookie('gatekeeper={"A":"ON"}', '__Host-gatekeeper')).toEqual({ kind: 'absent' });
  });
});

test.each([null, undefined, 7, ['gatekeeper=x'], {}])('a Cookie header that is %o has no override cookie', (header) => {
  expect(readOverrideCookie(header as never, 'gatekeeper')).toEqual({ kind: 'absent' });
  expect(decodeOverrides(header as never, 'gatekeeper')).toEqual({ kind: 'unreadable', problem: 'malformed' });
});

test.each([null, undefined, 7, 'SEARCH', () => {}])(
  'encodeOverrides refuses %o and says what it expects',
  (overrides) => {
    expect(() => encodeOverrides(overrides as never)).toThrow(
      `encodeOverrides: expected { FLAG: 'VARIANT' } or a Map; got ${typeof overrides}`,
    );
  },
);

test('encodeOverrides refuses a Map whose keys are not strings', () => {
  expect(() => encodeOverrides(new Map([[7, 'ON']]) as never)).toThrow('got a number as a flag');
});
