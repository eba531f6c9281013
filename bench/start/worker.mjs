// One library with a number of flags, in its own process: the time until it is ready, and the memory that it uses.

import { flagsOf, questionsOn } from '../decisions/work.mjs';

const [id, kind, size] = process.argv.slice(2);
const { open } = await import(`../subjects/${id}.mjs`);
const work = { flags: flagsOf(Number(size)), kind };
const before = heap();
const start = performance.now();
const { decide } = await open(work);
const milliseconds = performance.now() - start;
// Includes what the first evaluation of each flag creates.
for (const { name } of work.flags) await decide(name, 'nobody');
const bytes = (heap() - before) / work.flags.length;
process.send({ milliseconds, bytes });
// Uses both again, so that they were not collected above.
if (questionsOn(work.flags).length === 0 || decide === undefined)
  throw new Error('Expected a library and its flags, got none');
process.disconnect();

function heap() {
  for (let round = 0; round < 3; round++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
