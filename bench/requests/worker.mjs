// One way to read a request's overrides, in a process of its own. Answers each message with one measure.

import { measure } from 'mitata';
import { REQUESTS } from './subjects.mjs';
import { cookieHeader, FLAGS, turnedOn } from './work.mjs';

const [title, isAlwaysNew] = process.argv.slice(2);
const open = REQUESTS[title];
const cookies = Array.from({ length: isAlwaysNew === 'true' ? 256 : 1 }, (_, at) => cookieHeader(at * 3));
const expected = cookies.reduce((sum, _, at) => sum + turnedOn(at * 3), 0) * (256 / cookies.length);

// Every answer is counted: of a loop that drops them the engine removes the work.
function serve() {
  let yes = 0;
  for (let at = 0; at < 256; at++) {
    const ff = open(cookies[at % cookies.length]);
    for (const flag of FLAGS) if (ff(flag, 'ON')) yes++;
  }
  if (yes !== expected) throw new Error(`${title} said yes ${yes} times, not ${expected}`);
  return yes;
}

process.on('message', async (milliseconds) => {
  const { p50 } = await measure(serve, { min_cpu_time: milliseconds * 1e6, min_samples: 5 });
  process.send(p50 / 256);
});
process.send('ready');
