import { median } from '../../scripts/lib/median.mjs';
import { meanRatio } from '../report/statistics.mjs';
import { number, ratio, table } from '../report/table.mjs';
import { inTurns } from '../report/turns.mjs';
import { Worker } from '../report/worker.mjs';
import { cookieHeader, turnedOn } from '../requests/work.mjs';

const ROUNDS = 26;
const NUMBER = 0b01_00_10_00_11; // two of the five are overridden to ON

/** Express with the middleware and five flags as a share of bare Express; returns the section for RESULTS.md. */
export async function expressReport(say) {
  const cookie = cookieHeader(NUMBER);
  const subjects = [
    { kind: 'bare', headers: {}, on: 0 },
    { kind: 'gatekeeper', headers: {}, on: 0 },
    { kind: 'bare', headers: { cookie }, on: 0 },
    { kind: 'gatekeeper', headers: { cookie }, on: turnedOn(NUMBER) },
  ];
  const [bare, withFlags, load] = await Promise.all([
    Worker.start(new URL('server.mjs', import.meta.url), ['bare']),
    Worker.start(new URL('server.mjs', import.meta.url), ['gatekeeper']),
    Worker.start(new URL('load.mjs', import.meta.url), []),
  ]);
  try {
    const serverOf = ({ kind }) => (kind === 'bare' ? bare : withFlags);
    for (const subject of subjects) await checkPage(serverOf(subject).greeting, subject);
    const serve = async (subject) => {
      const server = serverOf(subject);
      const before = await server.ask('processor time');
      const { served, perSecond } = await load.ask({ url: server.greeting, headers: subject.headers });
      return { perSecond, processor: ((await server.ask('processor time')) - before) / served };
    };
    say(`Express: ${ROUNDS} rounds`);
    await inTurns(subjects, 2, serve); // to warm up
    const found = [...(await inTurns(subjects, ROUNDS, serve)).values()];
    return `${table(HEAD, [row('no cookie', found.slice(0, 2)), row('five overrides', found.slice(2))])}\n\n${NOTE}`;
  } finally {
    for (const worker of [bare, withFlags, load]) worker.end();
  }
}

const HEAD = ['requests a second', 'bare', 'flags', 'share of bare', '95 % interval', 'processor, µs: bare', 'flags'];
const NOTE = `Express 5 serves a page of 1,000 bytes and evaluates five flags for it. Bare Express gets the same request. ${ROUNDS} rounds of one
second in turns, with the load from another process. The share is the geometric mean of the shares of all rounds. Processor:
the processor time that the server used for one request.`;

function row(title, [bare, flags]) {
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

async function checkPage(url, { headers, on }) {
  const text = await (await fetch(url, { headers })).text();
  if (!text.includes(`<p>${on} of five`))
    throw new Error(`Expected "${on} of five" from ${url} with ${JSON.stringify(headers)}, got ${text.trim()}`);
}
