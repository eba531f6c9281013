import { expect } from 'vitest';
import { PATIENCE_MS } from './drivers/waiting.ts';

/** Expects of what is asked again and again that it comes to hold. */
export function eventually<Answer>(ask: () => Answer | Promise<Answer>, patience = PATIENCE_MS) {
  return expect.poll(ask, { timeout: patience, interval: 30 });
}
