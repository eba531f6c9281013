import { afterAll } from 'vitest';

/** Keeps something open until the tests of this file are done. */
export function forThisFile<Open extends { close(): unknown }>(open: Open): Open {
  afterAll(() => open.close());
  return open;
}
