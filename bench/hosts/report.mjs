import { median } from '../../scripts/lib/median.mjs';
import { meanRatio } from '../report/statistics.mjs';
import { number, ratio, table } from '../report/table.mjs';
import { inTurns } from '../report/turns.mjs';
import { Worker } from '../report/worker.mjs';
import { cookieHeader, turnedOn } from '../requests/work.mjs';

const PROCESSES = 6; // one process can be a tenth faster than another
const ROUNDS = 5; // in each process
const NUMBER = 0b01_00_10_00_11; // two of the five are overridden to ON
const HOSTS = { express: 'Express', fastify: 'Fastify', hono: 'Hono' };
const KINDS = ['bare', 'empty', 'flags'];
const ROWS = [
  { title: 'a middleware that does nothing', kind: 'empty', headers: {}, on: 0 },
  { title: 'no cookie', kind: 'flags', headers: {}, on: 0 },
  { title: 'five overrides', kind: 'flags', headers: { cookie: cookieHeader(NUMBER) }, on: turnedOn(NUMBER) },
];

/** Each host with five flags as a share of the same host without; returns the section for RESULTS.md. */
export async function hostsReport(say) {
  const rows = [];
  for (const [host, name] of Object.entries(HOSTS)) {
    say(`${name}: ${PROCESSES * ROUNDS} rounds`);
    rows.push(...(await rowsOf(host, name)));
  }
  return `${table(HEAD, rows)}\n\n${NOTE}`;
}

const HEAD = [
  'requests a second',
  'bare',
  'with it',
  'share of bare',
  '95 % interval',
  'processor, µs: bare',
  'with it',
];
const NOTE = `Each host serves a page of 1,000 bytes and evaluates five flags for it. The bare host gets the same request. A
middleware that does nothing shows what the host takes to call any middleware.
${PROCESSES * ROUNDS} rounds of one second in turns, in ${PROCESSES} processes one after another, with the load from another process. The share is the
geometric mean of the shares of all rounds. Processor: the processor time that the server used for one request.`;

async function rowsOf(host, name) {
  const rounds = ROWS.flatMap(() => [[], []]);
  for (let count = 0; count < PROCESSES; count++) {
    const found = await measure(host);
    for (const [at, those] of found.entries()) rounds[at].push(...those);
  }
  return ROWS.map(({ title }, at) => row(`${name}, ${title}`, rounds[2 * at], rounds[2 * at + 1]));
}

/** The rounds of new processes: for each row, those of the bare host and its own. */
async function measure(host) {
  const [load, ...servers] = await Promise.all([
    Worker.start(new URL('load.mjs', import.meta.url), []),
    ...KINDS.map((kind) => Worker.start(new URL('server.mjs', import.meta.url), [host, kind])),
  ]);
  const server = (kind) => servers[KINDS.indexOf(kind)];
  const subjects = ROWS.flatMap(({ kind, headers, on }) => [
    { server: server('bare'), headers, on: 0 },
    { server: server(kind), headers, on },
  ]);
  const serve = async ({ server, headers }) => {
    const before = await server.ask('processor time');
    const { served, perSecond } = await load.ask({ url: server.greeting, headers });
    return { perSecond, processor: ((await server.ask('processor time')) - before) / served };
  };
  try {
    for (const subject of subjects) await checkPage(subject);
    await inTurns(subjects, 2, serve); // to warm up
    return [...(await inTurns(subjects, ROUNDS, serve)).values()];
  } finally {
    for (const worker of [load, ...servers]) worker.end();
  }
}

function row(title, bare, flags) {
  const { mean, low, high } = meanRatio(flags.map(({ perSecond }, round) => perSecond / bare[round].perSecond));
  const middle = (rounds, field) => number(median(rounds.map((round) => round[field])));
  const speeds = [
    middle(bare, 'perSecond'),
    middle(flags, 'perSecond'),
    ratio(mean),
    `${ratio(low)} to ${ratio(high)}`,
  ];
  return [title, ...speeds, middle(bare, 'processor'), middle(flags, 'processor')];
}

async function checkPage({ server, headers, on }) {
  const url = server.greeting;
  const text = await (await fetch(url, { headers })).text();
  if (!text.includes(`<p>${on} of five`))
    throw new Error(`Expected "${on} of five" from ${url} with ${JSON.stringify(headers)}, got ${text.trim()}`);
}
