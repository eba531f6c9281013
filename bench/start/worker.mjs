// One library with so many flags, in a process of its own: how long it takes to be ready, and what it keeps in memory.

import { flagsOf, questionsOn } from '../decisions/work.mjs';

const [id, kind, size] = process.argv.slice(2);
const { open } = await import(`../subjects/${id}.mjs`);
const work = { flags: flagsOf(Number(size)), kind };
const before = heap();
const start = performance.now();
const { decide } = await open(work);
const milliseconds = performance.now() - start;
// What is made at the first question counts, too.
for (const { name } of work.flags) await decide(name, 'nobody');
const bytes = (heap() - before) / work.flags.length;
process.send({ milliseconds, bytes });
// Still used, so that nothing of them was collected above.
if (questionsOn(work.flags).length === 0 || decide === undefined) throw new Error('nothing to ask');
process.disconnect();

function heap() {
  for (let round = 0; round < 3; round++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
