import { expect, test } from 'vitest';
import { delaysOf } from '../../scripts/converge/delays.ts';
import { runNode } from '../helpers/processes/process.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

test('a delay is the time from publishing a revision until a process has it or a later one; without either there is none', () => {
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

const STORES = IS_DEEP ? ['redis', 'postgres', 'http'] : ['redis'];

test.each(STORES)('four processes get each of thirty revisions from %s', async (store) => {
  // `npm run converge` measures the delays. A test must not depend on the load of the machine.
  const options = [`--store=${store}`, '--processes=4', '--revisions=30', '--within=60000'];

  const { code, output } = await runNode(['--import=tsx', 'scripts/converge.ts', ...options]);

  expect(output).toContain(`${store}, 4 processes, 30 revisions: 120 of 120 delays`);
  expect(code, output).toBe(0);
});
