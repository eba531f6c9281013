// `npm run soak`: half an hour of limited load with one hostile request in five, on this machine only. `-- --minutes N` sets
// the time, `-- --requests N` sends N requests as fast as possible.

import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import type { Measure } from './soak/measure.ts';
import { serveShop } from './soak/served.ts';
import { traffic } from './soak/traffic.ts';
import { loadVerdict, soakVerdict } from './soak/verdict.ts';

const RATE = 1_500;
const MAX_MINUTES = 24 * 60;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, requests: { type: 'string' } },
});
const amount = values.requests === undefined ? undefined : wholeNumber('requests', values.requests, 1e9);
const minutes = wholeNumber('minutes', values.minutes, MAX_MINUTES);

const shop = await serveShop();
const measures: Measure[] = [];
console.log(
  `soak: ${amount?.toLocaleString('en') ?? `${minutes} minutes of ${RATE} a second`} requests on ${shop.url}`,
);
const timer = setInterval(measure, 60_000);
setTimeout(() => shop.forgetStart(), 5_000).unref();
const result = await autocannon({
  url: shop.url,
  connections: 20,
  requests: traffic(),
  ...(amount === undefined
    ? { duration: minutes * 60, overallRate: RATE, ignoreCoordinatedOmission: true }
    : { amount }),
});
clearInterval(timer);
await measure();
await shop.close();

const { '1xx': ones, '2xx': good, '3xx': moved, '4xx': refused, '5xx': failed } = result;
console.log(
  `${result.requests.total.toLocaleString('en')} responses: ${good} 2xx, ${ones + moved} 1xx or 3xx, ${refused} 4xx, ${failed} 5xx`,
);
const lost = result.errors + result.timeouts;
const { lines, isGood } = (amount === undefined ? soakVerdict : loadVerdict)(measures, lost);
console.log([...lines, isGood ? 'PASSED' : 'FAILED'].join('\n'));
process.exitCode = isGood ? 0 : 1;

async function measure(): Promise<void> {
  const one = await shop.measure();
  measures.push(one);
  const memory = `RSS ${one.rss.toFixed(1)} MB, heap ${one.heap.toFixed(1)} MB, loop p99 ${one.delay.toFixed(1)} ms`;
  const failures = `${one.exceptions} exceptions, ${one.rejections} rejections, ${one.serverErrors} 5xx, ${one.spoiltPages} pages not served`;
  console.log(`minute ${measures.length}: ${memory}; ${failures}`);
}

function wholeNumber(name: string, text: string, limit: number): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= limit) return Number(text);
  console.error(`soak: --${name} must be a whole number from 1 to ${limit}, got ${text}`);
  process.exit(2);
}
