import { median } from '../../scripts/lib/median.mjs';
import { inTurns } from '../report/turns.mjs';
import { Worker } from '../report/worker.mjs';

const WARM_UP = 300;
const SLICE = 60;

/** The same program is faster in one process than in another, because its objects and its code have other addresses. */
const PROCESSES = 3;

/** Nanoseconds for one decision, by subject; each has its own processes, and they take turns. */
export async function measureDecisions(subjects, { kind, size, rounds }) {
  const workers = new Map(subjects.map((subject) => [subject, []]));
  try {
    for (const [{ id }, started] of workers) {
      for (let count = 0; count < PROCESSES; count++) {
        started.push(await Worker.start(new URL('worker.mjs', import.meta.url), [id, kind, size]));
      }
    }
    checkAnswers(workers, kind);
    for (const worker of [...workers.values()].flat()) await worker.ask(WARM_UP);
    const found = await inTurns(subjects, rounds, async (subject) => {
      const measures = [];
      for (const worker of workers.get(subject)) measures.push(await worker.ask(SLICE));
      return median(measures);
    });
    return new Map([...found].map(([{ id }, measures]) => [id, median(measures)]));
  } finally {
    for (const worker of [...workers.values()].flat()) worker.end();
  }
}

/** Checks that every library returns the same results; with its own hash, it must include about half of the users. */
function checkAnswers(workers, kind) {
  const [[{ greeting: expected }]] = workers.values();
  for (const [{ id, bucket }, [{ greeting: answers }]] of workers) {
    const yes = answers.filter((answer) => answer === true).length;
    const isSame = answers.every((answer, at) => answer === expected[at]);
    const isHalf = Math.abs(yes / answers.length - 0.5) < 0.06;
    if (kind === 'rollout' && bucket === undefined ? isHalf : isSame) continue;
    throw new Error(`${id}: expected the results of the limit, got ${yes} times true in ${answers.length}`);
  }
}
