import { expect } from 'vitest';
import { TIMEOUT_MS } from './drivers/waiting.ts';

/** An `expect` that calls `read` repeatedly until the assertion holds. */
export function eventually<Value>(read: () => Value | Promise<Value>) {
  return expect.poll(read, { timeout: TIMEOUT_MS, interval: 30 });
}
