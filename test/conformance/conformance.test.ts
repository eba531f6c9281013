import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Results, summarize, withResults } from '../../scripts/conformance/results.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';
import { HOSTS, runHost } from './run-host.ts';

const QUICK = ['express', 'fastify', 'hono', 'hono-request', 'flask'];

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const recorded: Results = JSON.parse(read('test/conformance/results.json'));

test.each(HOSTS.filter((name) => IS_DEEP || QUICK.includes(name)))(
  '%s keeps every promise except those that it declares as not possible, as the page says',
  async (module) => {
    const { name, results } = await runHost(module);

    expect(results.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect({ name, capabilities: summarize(results) }).toEqual(recorded[module]); // `npm run conformance` writes the file and the page
  },
);

test('the table of docs/conformance.md has the recorded results of every host', () => {
  const page = read('docs/conformance.md');

  expect(Object.keys(recorded)).toEqual(HOSTS);
  expect(page).toBe(withResults(page, recorded));
});
