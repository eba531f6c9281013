// One way to read the overrides of a request, in its own process. Replies to each message with one measurement.

import { measure } from 'mitata';
import { REQUESTS } from './subjects.mjs';
import { cookieHeader, FLAGS, turnedOn } from './work.mjs';

const [title, isAlwaysNew] = process.argv.slice(2);
const open = REQUESTS[title];
const cookies = Array.from({ length: isAlwaysNew === 'true' ? 256 : 1 }, (_, at) => cookieHeader(at * 3));
const expected = cookies.reduce((sum, _, at) => sum + turnedOn(at * 3), 0) * (256 / cookies.length);

// Every result is counted; otherwise the engine removes the work from the loop.
function serve() {
  let yes = 0;
  for (let at = 0; at < 256; at++) {
    const ff = open(cookies[at % cookies.length]);
    for (const flag of FLAGS) if (ff(flag, 'ON')) yes++;
  }
  if (yes !== expected) throw new Error(`${title}: expected true ${expected} times, got it ${yes} times`);
  return yes;
}

process.on('message', async (milliseconds) => {
  const { p50 } = await measure(serve, { min_cpu_time: milliseconds * 1e6, min_samples: 5 });
  process.send(p50 / 256);
});
process.send('ready');
