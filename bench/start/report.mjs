import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../../scripts/lib/median.mjs';
import { number, table } from '../report/table.mjs';
import { inTurns } from '../report/turns.mjs';
import { Worker } from '../report/worker.mjs';
import { SUBJECTS } from '../subjects/subjects.mjs';

const FLAGS = 10_000;

/** The cost of importing each library and of ten thousand flags in it; returns the section for RESULTS.md. */
export async function startReport(say) {
  say('imports');
  const imports = await importTimes();
  say(`start with ${number(FLAGS)} flags`);
  const [listed, rolledOut] = [await starts(SUBJECTS, 'allow-list'), await starts(SUBJECTS, 'rollout')];
  const plain = (await starts(OURS, 'plain')).get('gatekeeper');
  const rows = SUBJECTS.map((subject) => [
    subject.title,
    imports.has(subject.id) ? number(imports.get(subject.id)) : '–',
    ...[listed, rolledOut].flatMap((found) => {
      const { milliseconds, bytes } = found.get(subject.id);
      return [number(milliseconds), number(bytes)];
    }),
  ]);
  const ours = `ten users. A flag of gatekeeper-flags with only two variants and a default takes ${number(plain.bytes)} bytes.`;
  return `${table(HEAD, rows)}\n\n${NOTE}\n${ours}`;
}

const OURS = SUBJECTS.filter(({ id }) => id === 'gatekeeper');
const HEAD = ['', 'import, ms', 'with lists: ready, ms', 'bytes a flag', 'with rollouts: ready, ms', 'bytes a flag'];
const NOTE = `Import: the time of a process that imports the library and ends, minus the time of one that imports nothing. Bytes: the growth
of the heap from the list of flag names to the library with ${number(FLAGS)} flags and their definitions, each evaluated once. A list has`;

async function importTimes() {
  const specifiers = SUBJECTS.map(({ id, package: name }) => [id, id === 'gatekeeper' ? LIBRARY : name]);
  const measured = [['nothing', undefined], ...specifiers.filter(([, specifier]) => specifier !== undefined)];
  const found = await inTurns(measured, 15, ([, specifier]) => importTime(specifier));
  const times = new Map([...found].map(([[id], durations]) => [id, median(durations)]));
  return new Map([...times].map(([id, time]) => [id, Math.max(0, time - times.get('nothing'))]));
}

const LIBRARY = new URL('../../dist/server-lib/index.js', import.meta.url).href;

async function importTime(specifier) {
  const program = fileURLToPath(new URL('import.mjs', import.meta.url));
  const start = performance.now();
  await promisify(execFile)(process.execPath, [program, ...(specifier === undefined ? [] : [specifier])]);
  return performance.now() - start;
}

async function starts(subjects, kind) {
  const found = await inTurns(subjects, 3, async ({ id }) => {
    const worker = await Worker.start(new URL('worker.mjs', import.meta.url), [id, kind, FLAGS]);
    worker.end();
    return worker.greeting;
  });
  const middle = (starts, field) => median(starts.map((one) => one[field]));
  return new Map(
    [...found].map(([{ id }, all]) => [id, { milliseconds: middle(all, 'milliseconds'), bytes: middle(all, 'bytes') }]),
  );
}
