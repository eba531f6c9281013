import { median } from '../../scripts/lib/median.mjs';
import { number, ratio, table } from '../report/table.mjs';
import { inTurns } from '../report/turns.mjs';
import { Worker } from '../report/worker.mjs';
import { REQUESTS } from './subjects.mjs';

/** A new gate, a cookie with five overrides, and five flags; returns the section for RESULTS.md. */
export async function requestsReport(say) {
  say('requests with five overrides and five flags');
  const subjects = Object.keys(REQUESTS).flatMap((title) =>
    [true, false].map((isAlwaysNew) => ({ title, isAlwaysNew })),
  );
  const workers = new Map();
  try {
    for (const subject of subjects) {
      const { title, isAlwaysNew } = subject;
      workers.set(subject, await Worker.start(new URL('worker.mjs', import.meta.url), [title, isAlwaysNew]));
      await workers.get(subject).ask(300);
    }
    const found = await inTurns(subjects, 21, (subject) => workers.get(subject).ask(40));
    const cost = (title, isAlwaysNew) =>
      median([...found].find(([one]) => one.title === title && one.isAlwaysNew === isAlwaysNew)[1]);
    const rows = Object.keys(REQUESTS).map((title) => [
      title,
      number(cost(title, true)),
      ratio(cost(title, true) / cost('by hand', true)),
      number(cost(title, false)),
    ]);
    return `One request with five overrides, which evaluates five flags:\n\n${table(HEAD, rows)}`;
  } finally {
    for (const worker of workers.values()) worker.end();
  }
}

const HEAD = ['ns for one request', 'another cookie each time', '× by hand', 'the same cookie again'];
