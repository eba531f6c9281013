import { describe, expect, test } from 'vitest';
import type { CookieSwap } from '../../../extension/app/ports.ts';
import { touchCookies } from '../../../extension/browser/injected.ts';
import { PageWorld } from '../../fakes/page-world.ts';
import { unhandledRejections } from '../../fakes/unhandled-rejections.ts';

const ORIGIN = 'https://shop.example';

const swap = (expected: string | null, value: string, name = 'gatekeeper'): CookieSwap => ({
  name,
  expected,
  text: `${name}=${value}; Path=/; Secure`,
});

test('cookies are read where no swap is given, and nothing is written', async () => {
  const page = new PageWorld();
  page.jar.write('gatekeeper=%7B%7D');

  const report = await page.inject(touchCookies, ORIGIN, null);

  expect(report).toEqual({
    kind: 'done',
    value: { swapped: false, pairs: [['gatekeeper', '%7B%7D']], enabled: true },
  });
  expect(page.locks?.requested).toEqual([]);
});

test('only cookies that may hold overrides are told, with their raw values, in the browser’s order', async () => {
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

  const report = await page.inject(touchCookies, ORIGIN, null);

  expect(report).toMatchObject({
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
    // what the cookie is   what the swap expects   swapped
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

    const report = await page.inject(touchCookies, ORIGIN, swap(expected, 'NEW'));

    const after = swapped ? 'NEW' : before;
    const pairs = after === null ? [] : [['gatekeeper', after]];
    expect(report).toEqual({ kind: 'done', value: { swapped, pairs, enabled: true } });
  });

  test('looks at the cookie of its own name', async () => {
    const page = new PageWorld();
    page.jar.write('gatekeeper=OTHER');

    const report = await page.inject(touchCookies, ORIGIN, swap(null, 'NEW', '__Host-gatekeeper'));

    expect(report).toMatchObject({ value: { swapped: true } });
    expect(page.jar.read()).toBe('gatekeeper=OTHER; __Host-gatekeeper=NEW');
  });

  test.each([
    // browser    navigator.cookieEnabled of a site whose cookies are blocked
    ['Chromium', true],
    ['Firefox', false],
  ])('that %s does not keep is told from one that something else has swallowed', async (_, cookieEnabled) => {
    const page = new PageWorld();
    page.jar.isEnabled = false;
    page.cookieEnabled = cookieEnabled;

    const report = await page.inject(touchCookies, ORIGIN, swap(null, 'NEW'));

    expect(report).toEqual({ kind: 'done', value: { swapped: true, pairs: [], enabled: false } });
  });

  test('waits for the lock that other tabs of the origin take', async () => {
    const page = new PageWorld();
    const release = page.locks?.hold();

    const report = page.inject(touchCookies, ORIGIN, swap(null, 'NEW'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const meanwhile = page.jar.read();
    release?.();

    expect(await report).toMatchObject({ value: { swapped: true } });
    expect(meanwhile).toBe('');
    expect(page.locks?.requested).toEqual(['gatekeeper']);
  });

  test('looks at the origin again when the lock is there: the page may have gone', async () => {
    const page = new PageWorld();
    const release = page.locks?.hold();
    const report = page.inject(touchCookies, ORIGIN, swap(null, 'NEW'));
    page.location = { protocol: 'https:', origin: 'https://other.example' };

    release?.();

    expect(await report).toEqual({ kind: 'elsewhere' });
    expect(page.cookieTouches).toBe(0);
  });

  test('is done without a lock where the browser has none', async () => {
    const page = new PageWorld();
    page.locks = undefined;

    const report = await page.inject(touchCookies, ORIGIN, swap(null, 'NEW'));

    expect(report).toMatchObject({ value: { swapped: true } });
  });

  test('is tried without a lock where the browser denies it', async () => {
    const page = new PageWorld();
    if (page.locks) page.locks.isDenied = true;

    const report = await page.inject(touchCookies, ORIGIN, swap(null, 'NEW'));

    expect(report).toMatchObject({ value: { swapped: true } });
  });

  test.each([true, false])(
    'in a page that has no cookies at all ends with the reason; lock denied: %j',
    async (isDenied) => {
      const page = new PageWorld();
      if (page.locks) page.locks.isDenied = isDenied;
      page.isSandboxed = true;
      const failed = (): Promise<void> =>
        expect(page.inject(touchCookies, ORIGIN, swap(null, 'NEW'))).rejects.toThrow('The document is sandboxed');

      expect(await unhandledRejections(failed)).toEqual([]);
    },
  );
});

test.each(['http://shop.example', 'https://shop.example:8443', 'https://evil.example', 'null'])(
  'a page of the origin %s is elsewhere, and its cookies are not looked at',
  async (origin) => {
    const page = new PageWorld();
    page.location = { protocol: 'https:', origin };

    const reports = [
      await page.inject(touchCookies, ORIGIN, null),
      await page.inject(touchCookies, ORIGIN, swap(null, 'NEW')),
    ];

    expect(reports).toEqual([{ kind: 'elsewhere' }, { kind: 'elsewhere' }]);
    expect(page.cookieTouches).toBe(0);
  },
);
