import type { AddressInfo } from 'node:net';
import { serve as serveOnNode } from '@hono/node-server';
import compression from 'compression';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { onTestFinished } from 'vitest';
import * as onExpress from '../../../server-lib/express.ts';
import * as onFastify from '../../../server-lib/fastify.ts';
import { handle } from '../../../server-lib/fetch.ts';
import * as onHono from '../../../server-lib/hono.ts';
import * as onKoa from '../../../server-lib/koa.ts';
import { EVENTS, type EventsKeeper, ofrepEventsContract } from '../../contracts/ofrep-events.ts';
import { fetchServer } from '../../helpers/http/fetch-server.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';
import { startNginx } from '../../helpers/processes/nginx.ts';

const originOf = (port: number): string => `http://127.0.0.1:${port}`;

/** With a middleware that compresses and so keeps small parts of a body back. */
async function serveExpress(keeper: EventsKeeper): Promise<number> {
  const app = express();
  app.use(compression({ threshold: 0 }), onExpress.gatekeeper(keeper), onExpress.ofrepRoute(keeper, EVENTS));
  return (await serveApp(app)).port;
}

ofrepEventsContract({ name: 'Express', serve: async (keeper) => originOf(await serveExpress(keeper)) });

ofrepEventsContract({
  name: 'Express behind nginx',
  serve: async (keeper) => startNginx(await serveExpress(keeper)),
});

ofrepEventsContract({
  name: 'Koa',
  async serve(keeper) {
    const app = new Koa().use(onKoa.gatekeeper(keeper)).use(onKoa.ofrepRoute(keeper, EVENTS));
    return originOf((await serveApp(app.callback())).port);
  },
});

ofrepEventsContract({
  name: 'Fastify',
  async serve(keeper) {
    const app = fastify({ forceCloseConnections: true });
    app.register(onFastify.gatekeeper, { keeper });
    app.register(onFastify.ofrepRoute, { keeper, ...EVENTS });
    await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return app.listeningOrigin;
  },
});

ofrepEventsContract({
  name: 'Hono',
  async serve(keeper) {
    const app = new Hono().use(onHono.gatekeeper(keeper)).use(onHono.ofrepRoute(keeper, EVENTS));
    const server = serveOnNode({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await new Promise((listening) => server.once('listening', listening));
    onTestFinished(() => {
      server.close();
      (server as { closeAllConnections?: () => void }).closeAllConnections?.();
    });
    return originOf((server.address() as AddressInfo).port);
  },
});

ofrepEventsContract({
  name: 'fetch',
  async serve(keeper) {
    const server = fetchServer(
      async (request) => (await handle(keeper, request, { ofrep: EVENTS })) ?? new Response('', { status: 404 }),
    ).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return originOf((server.address() as AddressInfo).port);
  },
});
