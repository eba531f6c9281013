import { expect, test } from 'vitest';
import { delaysOf } from '../../scripts/converge/delays.ts';
import { runNode } from '../helpers/processes/process.ts';

test('a revision counts from its publishing until a process has it or a later one, and not at all if it never has', () => {
  const published = new Map([
    ['a', 1_000],
    ['b', 1_100],
    ['c', 1_200],
  ]);
  const taken = [
    { process: 0, revision: 'before', at: 900 },
    { process: 0, revision: 'a', at: 1_005 },
    { process: 0, revision: 'c', at: 1_230 },
    { process: 1, revision: 'b', at: 1_101 },
  ];

  // process 0: a after 5, b after 130 (with c), c after 30; process 1: a after 101 (with b), b after 1, c never.
  expect(delaysOf(published, taken, 2)).toEqual([1, 5, 30, 101, 130]);
});

test('four processes have each of thirty revisions', async () => {
  // `npm run converge` says how soon; a test does not depend on how busy the machine is.
  const options = ['--processes=4', '--revisions=30', '--within=60000'];

  const { code, output } = await runNode(['--import=tsx', 'scripts/converge.ts', ...options]);

  expect(output).toContain('120 of 120 delays');
  expect(code, output).toBe(0);
});
