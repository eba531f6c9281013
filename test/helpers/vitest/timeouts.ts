import { vi } from 'vitest';

/** A wait ends when its condition holds. The timeout only ends a hang. */
const TIMEOUT_MS = 60_000;

// Vitest runs this before every test file (setupFiles). Its default timeout of a second, or a short one that a test sets,
// would fail on a loaded machine.
const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) => waitFor(callback, withMinimumTimeout(options));
vi.waitUntil = (callback, options) => waitUntil(callback, withMinimumTimeout(options));

function withMinimumTimeout(options: number | { readonly timeout?: number; readonly interval?: number } = {}) {
  const given = typeof options === 'number' ? { timeout: options } : options;
  return { ...given, timeout: Math.max(TIMEOUT_MS, given.timeout ?? 0) };
}
