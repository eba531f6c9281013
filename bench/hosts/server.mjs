// One host: bare, with a middleware that does nothing ("empty"), or with flags. All serve the same page; the one with flags
// evaluates five of them for it.

import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { gatekeeper as forExpress } from '../../dist/server-lib/express.js';
import { gatekeeper as forFastify } from '../../dist/server-lib/fastify.js';
import { gatekeeper as forHono } from '../../dist/server-lib/hono.js';
import { createGatekeeper, defineFlags } from '../../dist/server-lib/index.js';
import { definitions, FLAGS } from '../requests/work.mjs';

const [host, kind] = process.argv.slice(2);
const keeper =
  kind === 'flags' ? createGatekeeper({ flags: defineFlags(definitions), allowOverrides: () => true }) : undefined;

// The functions below return a listener for requests.
const HOSTS = {
  express() {
    const app = express();
    app.disable('etag'); // hashing the page would hide what the middleware costs
    if (kind === 'empty') app.use((_req, _res, next) => next());
    if (keeper !== undefined) app.use(forExpress(keeper, { userId: (req) => req.headers['x-user'] }));
    app.get('/', (req, res) => res.send(pageFor(req.gk)));
    return app;
  },
  async fastify() {
    const app = fastify();
    if (kind === 'empty') app.addHook('onRequest', (_request, _reply, done) => done());
    if (keeper !== undefined) app.register(forFastify, { keeper, userId: (request) => request.headers['x-user'] });
    app.get('/', (request, reply) => reply.type('text/html; charset=utf-8').send(pageFor(request.gk)));
    await app.ready();
    return app.routing;
  },
  hono() {
    const app = new Hono();
    if (kind === 'empty') app.use((_c, next) => next());
    if (keeper !== undefined) app.use(forHono(keeper, { userId: (c) => c.req.header('x-user') }));
    app.get('/', (c) => c.html(pageFor(c.get('gk'))));
    return getRequestListener(app.fetch);
  },
};

function pageFor(gk) {
  let on = 0;
  if (gk !== undefined) for (const flag of FLAGS) if (gk.ff(flag, 'ON')) on++;
  return `<!doctype html><title>Shop</title><p>${on} of five`.padEnd(1_000);
}

const server = createServer(await HOSTS[host]());
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/`));
// Replies to each message with the microseconds of processor time used so far.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
process.on('disconnect', () => process.exit(0));
