import { readFileSync, writeFileSync } from 'node:fs';
import { HOSTS, runHost } from '../test/conformance/run-host.ts';
import { type Results, summarize, withResults } from './conformance/results.ts';

// Asks every framework of test/conformance/hosts for everything, and writes the table of docs/conformance.md:
// `npm run conformance`, or `npm run conformance -- express flask` for some of them.

const RESULTS = new URL('../test/conformance/results.json', import.meta.url);
const PAGE = new URL('../docs/conformance.md', import.meta.url);

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !HOSTS.includes(name));
if (unknown !== undefined) throw new Error(`no host ${unknown}; the hosts are ${HOSTS.join(', ')}`);

const found = new Map(Object.entries(JSON.parse(readFileSync(RESULTS, 'utf8')) as Results));
for (const module of asked.length === 0 ? HOSTS : asked) {
  const { name, results } = await runHost(module);
  const failed = results.filter(({ verdict }) => verdict === 'failed');
  for (const failure of failed) console.error(name, failure);
  console.log(`${name}: ${results.length - failed.length} of ${results.length} checks`);
  if (failed.length > 0) process.exitCode = 1;
  else found.set(module, { name, capabilities: summarize(results) });
}
const sorted = Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
writeFileSync(RESULTS, `${JSON.stringify(sorted, undefined, 2)}\n`);
writeFileSync(PAGE, withResults(readFileSync(PAGE, 'utf8'), sorted));
