import { expect, test } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';

// A program of its own: what an application registers is global, and would type every other test's req.gk too.
test('an application that registers its flags has a req.gk that knows them', async () => {
  const ended = await runNode(['node_modules/typescript/bin/tsc', '-p', 'test/types/registered', '--pretty', 'false']);

  expect(ended).toEqual({ code: 0, output: '' });
}, 60_000);
