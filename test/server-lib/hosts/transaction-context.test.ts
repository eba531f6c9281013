import { createServer, type RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { AsyncLocalStorageTransactionContextPropagator, OpenFeature } from '@openfeature/server-sdk';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as forExpress from '../../../server-lib/express.ts';
import * as forFastify from '../../../server-lib/fastify.ts';
import * as forHono from '../../../server-lib/hono.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import * as forKoa from '../../../server-lib/koa.ts';
import { contextOf, GatekeeperProvider, transactionContext } from '../../../server-lib/openfeature.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';

const keeper = createGatekeeper({ flags });

beforeAll(async () => {
  OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });
  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
});
afterEach(() => {
  vi.restoreAllMocks();
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
});
afterAll(() => OpenFeature.clearProviders());

/** A function that has neither the request nor its gate. */
async function farFromTheRequest(): Promise<string> {
  await turn();
  return OpenFeature.getClient().getStringValue('SEARCH', 'none');
}

const HOSTS: Readonly<Record<string, () => RequestListener | Promise<RequestListener>>> = {
  Express() {
    const app = express();
    app.use(forExpress.gatekeeper(keeper), express.text(), transactionContext());
    app.post('/', async (_req, res) => void res.send(await farFromTheRequest()));
    return app;
  },
  Koa() {
    const app = new Koa();
    app.use(forKoa.gatekeeper(keeper)).use(transactionContext());
    app.use(async (ctx) => {
      ctx.body = await farFromTheRequest();
    });
    return app.callback();
  },
  Hono() {
    const app = new Hono();
    app.use(forHono.gatekeeper(keeper), transactionContext());
    app.post('/', async (c) => c.text(await farFromTheRequest()));
    return getRequestListener(app.fetch);
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
    const withContext = transactionContext();
    app.addHook('preHandler', (request, reply, done) => withContext(request, reply, done));
    app.post('/', () => farFromTheRequest());
    await app.ready();
    return listener as RequestListener;
  },
};

test.each(Object.entries(HOSTS))(
  'on %s, a client far from the request gets the flags of the request, also with many requests at a time',
  async (_name, create) => {
    const { send } = await serveApp(await create());
    const ask = (variant: string) => {
      const cookie: { cookie?: string } = variant === 'none' ? {} : { cookie: overrideCookie({ SEARCH: variant }) };
      return send('POST', '/', { headers: { ...cookie, 'content-type': 'text/plain' }, body: 3 });
    };
    const variants = Array.from({ length: 120 }, (_, at) => ['FUZZY', 'none', 'EXACT'][at % 3] as string);

    const responses = await Promise.all(variants.map(ask));

    const wanted = variants.map((variant) => (variant === 'none' ? 'EXACT' : variant));
    expect(responses.map(({ body }) => body)).toEqual(wanted);
  },
);

test('on Koa and Hono, an error of the handler reaches the framework', async () => {
  const koa = new Koa().use(forKoa.gatekeeper(keeper)).use(transactionContext());
  koa.silent = true;
  koa.use(() => {
    throw Object.assign(new Error('no'), { status: 418 });
  });
  const { send } = await serveApp(koa.callback());
  const hono = new Hono().use(forHono.gatekeeper(keeper), transactionContext());
  hono.get('/', () => {
    throw new Error('no');
  });
  hono.onError((_, c) => c.text('handled', 418));

  expect((await send('GET', '/')).status).toBe(418);
  expect((await hono.request('/')).status).toBe(418);
});

test('a propagator of the application is kept, and so is an outer transaction context', async () => {
  const own = new AsyncLocalStorageTransactionContextPropagator();
  OpenFeature.setTransactionContextPropagator(own);
  const gk = keeper.gateFor();
  const middleware = transactionContext();
  let seen: unknown;

  OpenFeature.setTransactionContext({ region: 'eu' }, () =>
    middleware({ gk }, {}, () => {
      seen = own.getTransactionContext();
    }),
  );

  expect(seen).toEqual({ region: 'eu', ...contextOf(gk) });
});

test('without a propagator, the middleware sets one', async () => {
  OpenFeature.setTransactionContextPropagator({
    getTransactionContext: () => ({}),
    setTransactionContext: (_context, callback, ...args) => void callback(...args),
  });
  const gk = keeper.gateFor({ cookie: overrideCookie({ SEARCH: 'FUZZY' }), mayOverride: true });
  let value: Promise<string> | undefined;

  transactionContext()({ gk }, {}, () => {
    value = farFromTheRequest();
  });

  expect(await value).toBe('FUZZY');
});

test('a request without a gate is served without a context, with one warning', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const middleware = transactionContext();
  let served = 0;

  for (let request = 0; request < 3; request++) {
    middleware({}, {}, () => {
      served += 1;
    });
  }

  expect(served).toBe(3);
  expect(warn.mock.calls).toEqual([
    [
      'gatekeeper-flags: ERR_GK_REQUEST: transactionContext: the request has no gate; mount gatekeeper(keeper) before it',
    ],
  ]);
});

test('a value that is not a gate is refused, and so is a middleware that was not called', () => {
  expect(() => contextOf(undefined as never)).toThrow('contextOf: expected a gate, req.gk; got "undefined"');
  expect(() => contextOf(keeper as never)).toThrow('contextOf: expected a gate, req.gk; got "[object Object]"');
  expect(() => Reflect.apply(transactionContext, undefined, [{}, {}, () => {}])).toThrow(
    'transactionContext needs a call; write app.use(transactionContext())',
  );
});
