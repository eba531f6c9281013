import type { Page } from 'puppeteer-core';

/**
 * The timeout for one action of a browser, in milliseconds. A wait ends when its condition holds. The timeout only ends a
 * hang, so it is many times what a loaded machine needs.
 */
export const TIMEOUT_MS = 60_000;

/** The timeout of a test, and of a browser's start, in milliseconds. */
export const HANG_MS = 240_000;

const PAUSE_MS = 20;

/**
 * Calls `read` until it resolves to a value other than `undefined`, `null` and `false`; throws an error with `what` after the
 * timeout. It tries again if `read` throws, because pages come and go while a browser navigates.
 */
export async function until<Value>(
  what: string,
  read: () => Promise<Value | undefined | null | false>,
  timeout = TIMEOUT_MS,
): Promise<Value> {
  let reason: unknown;
  for (const end = Date.now() + timeout; Date.now() < end; await pause()) {
    try {
      const value = await read();
      if (value !== undefined && value !== null && value !== false) return value;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`Timed out after ${timeout / 1_000} s: ${what}`, { cause: reason });
}

/**
 * Closes a page. It asks again every second: Chromium 156 forgets the request if the page commits a navigation meanwhile, and
 * Puppeteer's `page.close()` then never ends.
 */
export async function closePage(page: Page): Promise<void> {
  await until(`${page.url()} is closed`, async () => {
    if (!page.isClosed()) await Promise.race([page.close(), pause(1_000)]);
    return page.isClosed();
  });
}

const pause = (ms = PAUSE_MS): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
