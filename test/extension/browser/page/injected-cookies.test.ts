import { describe, expect, test } from 'vitest';
import type { CookieSwap } from '../../../../extension/app/session/page-port.ts';
import { accessCookies } from '../../../../extension/browser/page/injected-actions.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const ORIGIN = 'https://shop.example';

const IN_TIME = Date.now() + 60_000;
const AT_LAMPS = { deleted: [], isSecure: true, path: '/lamps' };

const swap = (expected: string | null, value: string, name = 'gatekeeper'): CookieSwap => ({
  name,
  expected,
  text: `${name}=${value}; Path=/; Secure`,
});

test('without a swap, cookies are read and nothing is written', async () => {
  const page = new PageWorld();
  page.jar.write('gatekeeper=%7B%7D');

  const result = await page.inject(accessCookies, ORIGIN, null, IN_TIME);

  expect(result).toEqual({
    kind: 'done',
    value: { swapped: false, pairs: [['gatekeeper', '%7B%7D']], enabled: true, ...AT_LAMPS },
  });
  expect(page.locks?.requested).toEqual([]);
});

test('only cookies that may hold overrides are read, with their raw values, in the browser’s order', async () => {
  const page = new PageWorld();
  const cookies = [
    'session=secret',
    'gatekeeper-b="{"A":"ON=OFF"}"',
    '__Host-gatekeeper=%7B%7D; Secure',
    'xgatekeeper=1',
    'gatekeeper.x=1',
    '__Other-gatekeeper=1',
    '\u00a0gatekeeper=1',
    'Gatekeeper=1',
    'gatekeeper=',
    'gatekeeper_2=ß\u2028',
  ];
  for (const cookie of cookies) page.jar.write(cookie);

  const result = await page.inject(accessCookies, ORIGIN, null, IN_TIME);

  expect(result).toMatchObject({
    value: {
      pairs: [
        ['gatekeeper-b', '"{"A":"ON=OFF"}"'],
        ['__Host-gatekeeper', '%7B%7D'],
        ['gatekeeper', ''],
        ['gatekeeper_2', 'ß\u2028'],
      ],
    },
  });
});

describe('a swap', () => {
  test.each([
    // cookie               expected                swapped
    [null, null, true],
    [null, 'OLD', false],
    ['OLD', 'OLD', true],
    ['OLD', null, false],
    ['OTHER', 'OLD', false],
    ['', '', true],
    ['', null, false],
  ])('of the cookie %j that expects %j: %j', async (before, expected, swapped) => {
    const page = new PageWorld();
    if (before !== null) page.jar.write(`gatekeeper=${before}`);

    const result = await page.inject(accessCookies, ORIGIN, swap(expected, 'NEW'), IN_TIME);

    const after = swapped ? 'NEW' : before;
    const pairs = after === null ? [] : [['gatekeeper', after]];
    expect(result).toEqual({ kind: 'done', value: { swapped, pairs, enabled: true, ...AT_LAMPS } });
  });

  test.each([
    // browser    passes null properties
    ['Chromium', false],
    ['Firefox', true],
  ])('in %s can expect that there is no cookie', async (_, keepsNulls) => {
    const page = new PageWorld();
    page.keepsNulls = keepsNulls;

    const first = await page.inject(accessCookies, ORIGIN, swap(null, 'FIRST'), IN_TIME);
    const second = await page.inject(accessCookies, ORIGIN, swap(null, 'SECOND'), IN_TIME);

    expect([first, second]).toMatchObject([{ value: { swapped: true } }, { value: { swapped: false } }]);
    expect(page.jar.read()).toBe('gatekeeper=FIRST');
  });

  test('compares the cookie of its own name', async () => {
    const page = new PageWorld();
    page.jar.write('gatekeeper=OTHER');

    const result = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW', '__Host-gatekeeper'), IN_TIME);

    expect(result).toMatchObject({ value: { swapped: true } });
    expect(page.jar.read()).toBe('gatekeeper=OTHER; __Host-gatekeeper=NEW');
  });

  test.each([
    // browser    navigator.cookieEnabled of a site whose cookies are blocked
    ['Chromium', true],
    ['Firefox', false],
  ])('in %s reports that cookies are blocked', async (_, cookieEnabled) => {
    const page = new PageWorld();
    page.jar.isEnabled = false;
    page.cookieEnabled = cookieEnabled;

    const result = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);

    expect(result).toEqual({ kind: 'done', value: { swapped: true, pairs: [], enabled: false, ...AT_LAMPS } });
  });
});

test('a secure page says so, and has its path without query and fragment', async () => {
  const page = new PageWorld('https://shop.example/lamps/?a=1#b');

  expect(await page.inject(accessCookies, ORIGIN, null, IN_TIME)).toMatchObject({
    value: { isSecure: true, path: '/lamps/' },
  });
});

describe('a swap that deletes other cookies', () => {
  const OTHERS = ['Path=/; Partitioned; Secure', 'Path=/; Domain=shop.example', 'Path=/lamps'];
  const swapAll = (expected: string, value = 'NEW'): CookieSwap => ({ ...swap(expected, value), others: OTHERS });

  test('deletes only those that are in the way, and says which', async () => {
    const page = new PageWorld();
    page.jar.write('gatekeeper=NEW; Path=/');
    page.jar.write('gatekeeper=LONGER; Path=/lamps');
    page.jar.write('gatekeeper=BEHIND; Path=/; Domain=shop.example');
    page.jar.write('gatekeeper=OTHER-SECTION; Path=/chairs');

    const result = await page.inject(
      accessCookies,
      ORIGIN,
      { ...swapAll('LONGER'), others: OTHERS.toReversed() },
      IN_TIME,
    );

    expect(result).toMatchObject({ value: { swapped: true, deleted: ['Path=/lamps'] } });
    expect(page.jar.read('/lamps')).toBe('gatekeeper=NEW; gatekeeper=BEHIND');
    expect(page.jar.read('/chairs')).toContain('OTHER-SECTION');
  });

  test('deletes them all when the cookie is to be deleted', async () => {
    const page = new PageWorld();
    for (const attributes of OTHERS) page.jar.write(`gatekeeper=OLD; ${attributes}`);

    const result = await page.inject(
      accessCookies,
      ORIGIN,
      { name: 'gatekeeper', expected: 'OLD', text: 'gatekeeper=; Path=/; Max-Age=0', others: OTHERS },
      IN_TIME,
    );

    expect(result).toMatchObject({ value: { swapped: true, deleted: OTHERS, pairs: [] } });
  });

  test('deletes none if the cookie has another value than expected', async () => {
    const page = new PageWorld();
    page.jar.write('gatekeeper=CHANGED; Path=/lamps');

    const result = await page.inject(accessCookies, ORIGIN, swapAll('LONGER'), IN_TIME);

    expect(result).toMatchObject({ value: { swapped: false, deleted: [] } });
    expect(page.jar.read('/lamps')).toBe('gatekeeper=CHANGED');
  });
});

test('a page on plain http is not secure', async () => {
  const page = new PageWorld('http://shop.example/');
  page.isSecureContext = false;

  expect(await page.inject(accessCookies, 'http://shop.example', null, IN_TIME)).toMatchObject({
    value: { isSecure: false },
  });
});

test.each(['http://shop.example', 'https://shop.example:8443', 'https://evil.example', 'null'])(
  'a page of the origin %s is elsewhere, and its cookies are not read',
  async (origin) => {
    const page = new PageWorld();
    page.location = { protocol: 'https:', origin };

    const results = [
      await page.inject(accessCookies, ORIGIN, null, IN_TIME),
      await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME),
    ];

    expect(results).toEqual([{ kind: 'elsewhere' }, { kind: 'elsewhere' }]);
    expect(page.cookieAccesses).toBe(0);
  },
);
