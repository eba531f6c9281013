import { expect } from 'vitest';
import { TIMEOUT_MS } from './drivers/waiting.ts';

/** Expects of what is asked again and again that it comes to hold. */
export function eventually<Answer>(ask: () => Answer | Promise<Answer>) {
  return expect.poll(ask, { timeout: TIMEOUT_MS, interval: 30 });
}
