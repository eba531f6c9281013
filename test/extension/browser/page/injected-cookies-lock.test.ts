import { afterEach, expect, test, vi } from 'vitest';
import type { CookieSwap } from '../../../../extension/app/session/page-port.ts';
import { accessCookies } from '../../../../extension/browser/page/injected-actions.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

// A swap waits for the lock that other tabs of the origin take, and only for so long.

const ORIGIN = 'https://shop.example';
const IN_TIME = Date.now() + 60_000;

const swap = (expected: string | null, value: string): CookieSwap => ({
  name: 'gatekeeper',
  expected,
  text: `gatekeeper=${value}; Path=/; Secure`,
});

afterEach(() => void vi.useRealTimers());

test('a swap waits for the lock that other tabs of the origin take', async () => {
  const page = new PageWorld();
  const release = page.locks?.hold();

  const report = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const meanwhile = page.jar.read();
  release?.();

  expect(await report).toMatchObject({ value: { swapped: true } });
  expect(meanwhile).toBe('');
  expect(page.locks?.requested).toEqual(['gatekeeper']);
});

test('a swap looks at the origin again when the lock is there: the page may have gone', async () => {
  const page = new PageWorld();
  const release = page.locks?.hold();
  const report = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);
  page.location = { protocol: 'https:', origin: 'https://other.example' };

  release?.();

  expect(await report).toEqual({ kind: 'elsewhere' });
  expect(page.cookieTouches).toBe(0);
});

test('a swap is done without a lock where the browser has none', async () => {
  const page = new PageWorld();
  page.locks = undefined;

  const report = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);

  expect(report).toMatchObject({ value: { swapped: true } });
});

test('a swap is tried without a lock where the browser denies it', async () => {
  const page = new PageWorld();
  if (page.locks) page.locks.isDenied = true;

  const report = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);

  expect(report).toMatchObject({ value: { swapped: true } });
});

test('a swap that waits for its lock in vain has timed out, and is not made up for when the lock is there', async () => {
  vi.useFakeTimers();
  const page = new PageWorld();
  const release = page.locks?.hold();
  const report = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now() + 5_000);

  await vi.advanceTimersByTimeAsync(5_001);
  const told = await report;
  release?.();
  await vi.runAllTimersAsync();

  expect(told).toEqual({ kind: 'timed-out' });
  expect(page.cookieTouches).toBe(0);
});

test.each([
  // the browser                              the clock
  ['forgets the request', 0],
  ['gives the lock all the same', 0],
  ['gives the lock all the same', -60_000],
])('a swap that has timed out is never made: the browser %s, the clock goes %i ms', async (how, leap) => {
  vi.useFakeTimers();
  const page = new PageWorld();
  if (page.locks) page.locks.ignoresSignals = how !== 'forgets the request';
  const release = page.locks?.hold();
  const report = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now() + 5_000);

  await vi.advanceTimersByTimeAsync(5_001);
  vi.setSystemTime(Date.now() + leap);
  release?.();
  await vi.runAllTimersAsync();

  expect(await report).toEqual({ kind: 'timed-out' });
  expect(page.cookieTouches).toBe(0);
});

test('a swap leaves no timer behind', async () => {
  vi.useFakeTimers();
  const page = new PageWorld();

  await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now() + 5_000);

  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  // locks
  [true],
  [false],
])('a swap that arrives when its time is over is not made; locks: %j', async (hasLocks) => {
  const page = new PageWorld();
  if (!hasLocks) page.locks = undefined;

  const report = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now());

  expect(report).toEqual({ kind: 'timed-out' });
  expect(page.cookieTouches).toBe(0);
});

test.each([true, false])(
  'a swap in a page that has no cookies at all ends with the reason; lock denied: %j',
  async (isDenied) => {
    const page = new PageWorld();
    if (page.locks) page.locks.isDenied = isDenied;
    page.isSandboxed = true;
    const failed = (): Promise<void> =>
      expect(page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME)).rejects.toThrow(
        'The document is sandboxed',
      );

    expect(await unhandledRejections(failed)).toEqual([]);
  },
);

test('what only reads is never too late', async () => {
  const page = new PageWorld();

  expect(await page.inject(accessCookies, ORIGIN, null, 0)).toMatchObject({ kind: 'done' });
});
