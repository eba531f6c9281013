import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import Koa, { type Middleware } from 'koa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as onExpress from '../../../../server-lib/express.ts';
import * as onFastify from '../../../../server-lib/fastify.ts';
import * as onHono from '../../../../server-lib/hono.ts';
import { createGatekeeper, defineFlags, type OfrepDocument } from '../../../../server-lib/index.ts';
import * as onKoa from '../../../../server-lib/koa.ts';
import { fetchServer } from '../../../helpers/http/fetch-server.ts';
import { serveApp } from '../../../helpers/http/serve-app.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags });
const OPTIONS = { flags: ['SEARCH'], events: true } as const;
const BULK = '/ofrep/v1/evaluate/flags';
const SEARCH = { key: 'SEARCH', value: 'EXACT', variant: 'EXACT', reason: 'DEFAULT' };

/** An application that serves OFREP below a path, and the path of the client's `baseUrl`. */
interface Mount {
  readonly name: string;
  readonly at: string;
  readonly serve: () => Promise<string>;
}

const onNode = async (app: Parameters<typeof serveApp>[0]): Promise<string> =>
  `http://127.0.0.1:${(await serveApp(app)).port}`;

function onFastifyApp(register: (app: FastifyInstance) => void): Mount['serve'] {
  return async () => {
    const app = fastify({ forceCloseConnections: true });
    app.register(onFastify.gatekeeper, { keeper });
    register(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return app.listeningOrigin;
  };
}

async function onFetch(app: Hono): Promise<string> {
  const server = fetchServer(async (request) => app.fetch(request));
  return onNode((request, response) => void server.emit('request', request, response));
}

/** What the package koa-mount does with the path of a request. */
function mountOnKoa(prefix: string, middleware: Middleware): Middleware {
  return async (ctx, next) => {
    const { path } = ctx;
    if (!path.startsWith(`${prefix}/`)) return next();
    ctx.path = path.slice(prefix.length);
    await middleware(ctx, async () => {
      ctx.path = path;
      await next();
    });
    ctx.path = path;
  };
}

const expressMounts = (name: string, create: typeof express): readonly Mount[] => [
  {
    name: `${name}, mounted at a path`,
    at: '/api',
    serve: () => onNode(create().use(onExpress.gatekeeper(keeper)).use('/api', onExpress.ofrepRoute(keeper, OPTIONS))),
  },
  {
    name: `${name}, a router with a parameter in an application that is mounted`,
    at: '/shops/7/api',
    serve() {
      const router = create.Router().use(onExpress.ofrepRoute(keeper, OPTIONS));
      const inner = create().use('/:shop/api', router);
      return onNode(create().use(onExpress.gatekeeper(keeper)).use('/shops', inner));
    },
  },
  {
    name: `${name}, the option path`,
    at: '/api',
    serve: () =>
      onNode(create().use(onExpress.gatekeeper(keeper), onExpress.ofrepRoute(keeper, { ...OPTIONS, path: '/api' }))),
  },
];

const MOUNTS: readonly Mount[] = [
  ...expressMounts('Express 5', express),
  ...expressMounts('Express 4', express4 as never),
  {
    name: 'Connect, mounted at a path',
    at: '/api',
    serve: () => onNode(connect().use(onExpress.gatekeeper(keeper)).use('/api', onExpress.ofrepRoute(keeper, OPTIONS))),
  },
  {
    name: 'Koa, mounted at a path',
    at: '/api',
    serve() {
      const app = new Koa().use(onKoa.gatekeeper(keeper));
      return onNode(app.use(mountOnKoa('/api', onKoa.ofrepRoute(keeper, OPTIONS))).callback());
    },
  },
  {
    name: 'Fastify, the prefix of the plugin',
    at: '/api',
    serve: onFastifyApp((app) => app.register(onFastify.ofrepRoute, { keeper, ...OPTIONS, prefix: '/api' })),
  },
  {
    name: 'Fastify, the prefix of the plugin around it',
    at: '/api/v2',
    serve: onFastifyApp((app) => {
      const inner = async (scope: FastifyInstance) =>
        void scope.register(onFastify.ofrepRoute, { keeper, ...OPTIONS, path: '/v2' });
      app.register(inner, { prefix: '/api' });
    }),
  },
  {
    name: 'Fastify, a prefix with a parameter and a slash at the end',
    at: '/acme/api',
    serve: onFastifyApp((app) => {
      const inner = async (scope: FastifyInstance) => void scope.register(onFastify.ofrepRoute, { keeper, ...OPTIONS });
      app.register(inner, { prefix: '/:tenant/api/' });
    }),
  },
  {
    name: 'Hono, a base path and the option path',
    at: '/api',
    serve() {
      const app = new Hono().basePath('/api');
      app.use(onHono.gatekeeper(keeper), onHono.ofrepRoute(keeper, { ...OPTIONS, path: '/api' }));
      return onFetch(app);
    },
  },
  {
    name: 'Hono, a route of another application and the option path',
    at: '/api',
    serve() {
      const inner = new Hono().use(onHono.gatekeeper(keeper), onHono.ofrepRoute(keeper, { ...OPTIONS, path: '/api' }));
      return onFetch(new Hono().route('/api', inner));
    },
  },
];

beforeAll(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe.each(MOUNTS)('OFREP on $name', ({ at, serve }) => {
  async function open() {
    const origin = await serve();
    return async (path: string, method = 'POST') => {
      const sent = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
      const gone = new AbortController();
      onTestFinished(() => gone.abort());
      return fetch(origin + path, { method, redirect: 'manual', signal: gone.signal, ...sent });
    };
  }

  test('clients read all flags, one flag and the stream that the response names', async () => {
    const ask = await open();

    const all: OfrepDocument = JSON.parse(await (await ask(at + BULK)).text());
    const one = await (await ask(`${at}${BULK}/SEARCH?x=1`)).json();
    const requestUri = all.eventStreams?.[0]?.endpoint.requestUri ?? '';
    const stream = await ask(requestUri, 'GET');

    expect([all.flags, one]).toEqual([[SEARCH], SEARCH]);
    expect(requestUri).toMatch(new RegExp(`^${at}/ofrep/v1/events\\?rules=[\\w-]+$`));
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  test('an unknown flag is a 404 of OFREP, and every other path gets what an unknown path gets', async () => {
    const ask = await open();
    const unknown = await ask(`${at}/ofrep/v1/evaluate/flagz`);
    const unknownText = (await unknown.text()).replaceAll(`${at}/ofrep/v1/evaluate/flagz`, '');

    const flag = await ask(`${at}${BULK}/GONE`);
    expect([flag.status, await flag.json()]).toMatchObject([404, { errorCode: 'FLAG_NOT_FOUND' }]);
    for (const path of [BULK, `${at}${BULK}/`, `${at}${at}${BULK}`, `${at}/ofrep/v1/events`]) {
      const response = await ask(path);
      expect([path, response.status, (await response.text()).replaceAll(path, '')]).toEqual([path, 404, unknownText]);
      expect(response.headers.has('location')).toBe(false);
    }
  });
});
