import { expect, test } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';

// A separate program: registered flags are global, and would change the type of req.gk in every other test.
test('the type of req.gk has the flags that an application registers', async () => {
  const ended = await runNode(['node_modules/typescript/bin/tsc', '-p', 'test/types/registered', '--pretty', 'false']);

  expect(ended).toEqual({ code: 0, output: '' });
}, 60_000);
