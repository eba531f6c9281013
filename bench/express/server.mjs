// Express, bare or with flags. Both serve the same page; the one with flags evaluates five of them for it.

import express from 'express';
import { gatekeeper } from '../../dist/server-lib/express.js';
import { createGatekeeper, defineFlags } from '../../dist/server-lib/index.js';
import { definitions, FLAGS } from '../requests/work.mjs';

const [kind] = process.argv.slice(2);
const app = express();
app.disable('etag'); // hashing the page would hide what the middleware costs
if (kind === 'bare') {
  app.get('/', (_req, res) => res.send(page(0)));
} else {
  const keeper = createGatekeeper({ flags: defineFlags(definitions), allowOverrides: () => true });
  app.use(gatekeeper(keeper, { userId: (req) => req.headers['x-user'] }));
  app.get('/', (req, res) => {
    let on = 0;
    for (const flag of FLAGS) if (req.gk.ff(flag, 'ON')) on++;
    res.send(page(on));
  });
}
const server = app.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/`));
// Replies to each message with the microseconds of processor time used so far.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
process.on('disconnect', () => process.exit(0));

function page(on) {
  return `<!doctype html><title>Shop</title><p>${String(on)} of five`.padEnd(1_000);
}
