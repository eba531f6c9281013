import { vi } from 'vitest';

/** A wait ends when what it waits for is there; its deadline is only there to end a hang. */
const PATIENCE_MS = 60_000;

// Vitest runs this before every test file (setupFiles): its own deadline of a second, or a short one that is given, would
// make a loaded machine fail a test.
const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));

function patient(options: number | { readonly timeout?: number; readonly interval?: number } = {}) {
  const given = typeof options === 'number' ? { timeout: options } : options;
  return { ...given, timeout: Math.max(PATIENCE_MS, given.timeout ?? 0) };
}
