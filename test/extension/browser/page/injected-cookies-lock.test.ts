import { afterEach, expect, test, vi } from 'vitest';
import type { CookieSwap } from '../../../../extension/app/session/page-port.ts';
import { accessCookies } from '../../../../extension/browser/page/injected-actions.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

// A swap waits for the lock that it shares with other tabs of the origin, until its deadline.

const ORIGIN = 'https://shop.example';
const IN_TIME = Date.now() + 60_000;

const swap = (expected: string | null, value: string): CookieSwap => ({
  name: 'gatekeeper',
  expected,
  text: `gatekeeper=${value}; Path=/; Secure`,
});

afterEach(() => void vi.useRealTimers());

test('a swap waits for the lock that another tab of the origin holds', async () => {
  const page = new PageWorld();
  const release = page.locks?.hold();

  const result = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const meanwhile = page.jar.read();
  release?.();

  expect(await result).toMatchObject({ value: { swapped: true } });
  expect(meanwhile).toBe('');
  expect(page.locks?.requested).toEqual(['gatekeeper']);
});

test('a swap checks the origin after it gets the lock: the page may have navigated', async () => {
  const page = new PageWorld();
  const release = page.locks?.hold();
  const result = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);
  page.location = { protocol: 'https:', origin: 'https://other.example' };

  release?.();

  expect(await result).toEqual({ kind: 'elsewhere' });
  expect(page.cookieAccesses).toBe(0);
});

test('a swap is done without a lock if the browser has no locks', async () => {
  const page = new PageWorld();
  page.locks = undefined;

  const result = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);

  expect(result).toMatchObject({ value: { swapped: true } });
});

test('a swap is done without a lock if the browser denies it', async () => {
  const page = new PageWorld();
  if (page.locks) page.locks.isDenied = true;

  const result = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), IN_TIME);

  expect(result).toMatchObject({ value: { swapped: true } });
});

test('a swap that gets no lock in time has timed out, and is not done when the lock becomes free', async () => {
  vi.useFakeTimers();
  const page = new PageWorld();
  const release = page.locks?.hold();
  const result = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now() + 5_000);

  await vi.advanceTimersByTimeAsync(5_001);
  const atDeadline = await result;
  release?.();
  await vi.runAllTimersAsync();

  expect(atDeadline).toEqual({ kind: 'timed-out' });
  expect(page.cookieAccesses).toBe(0);
});

test.each([
  // the browser                              the clock
  ['drops the request', 0],
  ['grants the lock anyway', 0],
  ['grants the lock anyway', -60_000],
])('a swap that has timed out is never done: the browser %s, the clock moves by %i ms', async (how, leap) => {
  vi.useFakeTimers();
  const page = new PageWorld();
  if (page.locks) page.locks.ignoresSignals = how !== 'drops the request';
  const release = page.locks?.hold();
  const result = page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now() + 5_000);

  await vi.advanceTimersByTimeAsync(5_001);
  vi.setSystemTime(Date.now() + leap);
  release?.();
  await vi.runAllTimersAsync();

  expect(await result).toEqual({ kind: 'timed-out' });
  expect(page.cookieAccesses).toBe(0);
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
])('a swap that starts after its deadline is not done; locks: %j', async (hasLocks) => {
  const page = new PageWorld();
  if (!hasLocks) page.locks = undefined;

  const result = await page.inject(accessCookies, ORIGIN, swap(null, 'NEW'), Date.now());

  expect(result).toEqual({ kind: 'timed-out' });
  expect(page.cookieAccesses).toBe(0);
});

test.each([true, false])(
  'a swap in a page without access to cookies rejects with the reason; lock denied: %j',
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

test('reading has no deadline', async () => {
  const page = new PageWorld();

  expect(await page.inject(accessCookies, ORIGIN, null, 0)).toMatchObject({ kind: 'done' });
});
