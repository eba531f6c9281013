// node cluster.mjs: two processes serve one port; prints their responses with and without an override.
import cluster from 'node:cluster';
import http from 'node:http';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';

if (cluster.isPrimary) {
  const listening = [cluster.fork(), cluster.fork()].map(
    (worker) => new Promise((resolve) => worker.once('listening', ({ port }) => resolve(port))),
  );
  const [port] = await Promise.all(listening);
  const answers = { plain: new Set(), overridden: new Set() };
  const processes = new Set();
  for (let at = 0; at < 20; at++) {
    const isOverridden = at % 4 < 2; // the processes take turns, so each one gets both kinds of requests
    const cookie = isOverridden ? 'gatekeeper={"SEARCH":"FUZZY"}' : '';
    const [pid, answer] = (await get(port, cookie)).split(' ');
    processes.add(pid);
    answers[isOverridden ? 'overridden' : 'plain'].add(answer);
  }
  console.log(
    JSON.stringify({
      processes: processes.size,
      plain: [...answers.plain],
      overridden: [...answers.overridden],
    }),
  );
  process.exit(0);
}

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const middleware = gatekeeper(createGatekeeper({ flags, allowOverrides: () => true }));
http
  .createServer((request, response) => {
    middleware(request, response, () => response.end(`${process.pid} ${request.gk.ffVariant('SEARCH')}`));
  })
  .listen(0, '127.0.0.1');

function get(port, cookie) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, agent: false, headers: { cookie } };
    http.get(options, async (response) => resolve(String(await response.toArray()))).on('error', reject);
  });
}
