import { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { serve as serveOnNode } from '@hono/node-server';
import compression from 'compression';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as onExpress from '../../../../server-lib/express.ts';
import * as onFastify from '../../../../server-lib/fastify.ts';
import { handle } from '../../../../server-lib/fetch.ts';
import * as onHono from '../../../../server-lib/hono.ts';
import * as onKoa from '../../../../server-lib/koa.ts';
import { EVENTS, type EventsKeeper, ofrepEventsContract, openEventsSite } from '../../../contracts/ofrep-events.ts';
import { fetchServer } from '../../../helpers/http/fetch-server.ts';
import { serveApp } from '../../../helpers/http/serve-app.ts';
import { startNginx } from '../../../helpers/processes/nginx.ts';

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

const EVENTS_PATH = '/ofrep/v1/events';

/** A response on a socket whose other end does not read. */
function unreadResponse(): ServerResponse {
  const socket = new Duplex({ read() {}, write() {}, writableHighWaterMark: 64 }) as Socket;
  const request = Object.assign(new IncomingMessage(socket), { method: 'GET', url: EVENTS_PATH });
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  return response;
}

async function listenOnNode(keeper: EventsKeeper): Promise<ServerResponse> {
  const response = unreadResponse();
  onExpress.ofrepRoute(keeper, EVENTS)(response.req, response, () => {});
  await vi.waitFor(() => expect(response.headersSent).toBe(true));
  return response;
}

test('on node:http, the connection to a client that does not read is closed, so that no events pile up', async () => {
  const { keeper, change } = openEventsSite();
  const response = await listenOnNode(keeper);

  change();
  change();

  expect(response.destroyed).toBe(true);
});

test('on node:http, a change after the application has ended the response is no error', async () => {
  const { keeper, change } = openEventsSite();
  const response = await listenOnNode(keeper);
  const failed = vi.fn();
  response.on('error', failed);

  response.end();
  change();
  await new Promise(setImmediate);

  expect(failed).not.toHaveBeenCalled();
});

test('on fetch, the response to a client that does not read ends, so that no events pile up', async () => {
  const { keeper, change } = openEventsSite();
  const response = await handle(keeper, new Request(`http://x${EVENTS_PATH}`), { ofrep: EVENTS });

  for (let count = 0; count < 1_000; count++) change();

  const events = (await response?.text())?.split('\n\n').length ?? 0;
  expect(events).toBeGreaterThan(100);
  expect(events).toBeLessThan(600);
});

test('a comment every 15 seconds keeps a connection open, and none is sent when nobody listens', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { keeper } = openEventsSite();
  const listen = async () => {
    const response = await handle(keeper, new Request(`http://x${EVENTS_PATH}`), { ofrep: EVENTS });
    if (!response?.body) throw new Error('there is no stream');
    return response.body.getReader();
  };
  const textOf = async (reader: Awaited<ReturnType<typeof listen>>) =>
    new TextDecoder().decode((await reader.read()).value);
  const [one, other] = [await listen(), await listen()];
  for (const reader of [one, other]) expect(await textOf(reader)).toBe('retry: 5000\n\n');

  await vi.advanceTimersByTimeAsync(15_000);

  for (const reader of [one, other]) expect(await textOf(reader)).toBe(':\n\n');
  expect(vi.getTimerCount()).toBe(1);
  for (const reader of [one, other]) await reader.cancel();
  expect(vi.getTimerCount()).toBe(0);
});
