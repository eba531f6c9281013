import { createServer, type RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { expect, test } from 'vitest';
import { currentGate, runWithGate } from '../../../server-lib/context.ts';
import * as forExpress from '../../../server-lib/express.ts';
import * as forFastify from '../../../server-lib/fastify.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import * as forKoa from '../../../server-lib/koa.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';

const keeper = createGatekeeper({ flags });

/** A function that has neither the request nor its gate. */
async function farFromTheRequest(): Promise<string> {
  await turn();
  return String(currentGate()?.ffVariant('SEARCH'));
}

const HOSTS: Readonly<Record<string, () => RequestListener | Promise<RequestListener>>> = {
  Express() {
    const app = express();
    app.use(forExpress.gatekeeper(keeper), express.text());
    app.use((req, _res, next) => runWithGate(req.gk, next));
    app.post('/', async (_req, res) => void res.send(await farFromTheRequest()));
    return app;
  },
  Koa() {
    const app = new Koa();
    app.use(forKoa.gatekeeper(keeper)).use((ctx, next) => runWithGate(ctx.gk, next));
    app.use(async (ctx) => {
      ctx.body = await farFromTheRequest();
    });
    return app.callback();
  },
  async Fastify() {
    let listener: RequestListener | undefined;
    const app = fastify({
      serverFactory: (handler) => {
        listener = handler as RequestListener;
        return createServer();
      },
    });
    app.register(forFastify.gatekeeper, { keeper });
    app.addHook('preHandler', (request, _reply, done) => runWithGate(request.gk, done));
    app.post('/', () => farFromTheRequest());
    await app.ready();
    return listener as RequestListener;
  },
};

test.each(Object.entries(HOSTS))('on %s, each request has its own gate far from the request', async (_name, create) => {
  const { send } = await serveApp(await create());
  const ask = (variant: string) =>
    send('POST', '/', {
      headers: { cookie: overrideCookie({ SEARCH: variant }), 'content-type': 'text/plain' },
      body: 3,
    });

  const responses = await Promise.all(['FUZZY', 'EXACT', 'FUZZY', 'EXACT'].map(ask));

  expect(responses.map(({ body }) => body)).toEqual(['FUZZY', 'EXACT', 'FUZZY', 'EXACT']);
});

test('outside of a request there is no gate', async () => {
  expect(await farFromTheRequest()).toBe('undefined');
});

test('the innermost gate counts, and the result of the callback is returned', () => {
  const gate = (SEARCH: 'EXACT' | 'FUZZY') => keeper.gateFor({ overrides: { SEARCH } });

  const variants = runWithGate(gate('FUZZY'), () => [
    runWithGate(gate('EXACT'), () => currentGate()?.ffVariant('SEARCH')),
    currentGate()?.ffVariant('SEARCH'),
  ]);

  expect(variants).toEqual(['EXACT', 'FUZZY']);
});
