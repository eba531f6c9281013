import { vi } from 'vitest';

/** A wait ends when what it waits for is there; its deadline is only there to end a hang. */
const TIMEOUT_MS = 60_000;

// Vitest runs this before every test file (setupFiles): its own deadline of a second, or a short one that is given, would
// make a loaded machine fail a test.
const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) => waitFor(callback, withMinimumTimeout(options));
vi.waitUntil = (callback, options) => waitUntil(callback, withMinimumTimeout(options));

function withMinimumTimeout(options: number | { readonly timeout?: number; readonly interval?: number } = {}) {
  const given = typeof options === 'number' ? { timeout: options } : options;
  return { ...given, timeout: Math.max(TIMEOUT_MS, given.timeout ?? 0) };
}
