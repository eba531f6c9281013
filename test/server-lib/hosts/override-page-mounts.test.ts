import { serve as serveOnNode } from '@hono/node-server';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import Koa, { type Middleware } from 'koa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as onExpress from '../../../server-lib/express.ts';
import * as onFastify from '../../../server-lib/fastify.ts';
import { handle } from '../../../server-lib/fetch.ts';
import * as onHono from '../../../server-lib/hono.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import * as onKoa from '../../../server-lib/koa.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const newKeeper = () => createGatekeeper({ flags, allowOverrides: () => true });

/** An application that serves the manifest and the page below `at`. */
interface Mount {
  readonly name: string;
  readonly at: string;
  readonly serve: () => Promise<string>;
}

const onNode = async (app: Parameters<typeof serveApp>[0]): Promise<string> =>
  `http://127.0.0.1:${(await serveApp(app)).port}`;

function onFastifyApp(prefix: string): Mount['serve'] {
  return async () => {
    const keeper = newKeeper();
    const app = fastify({ forceCloseConnections: true });
    const inner = async (scope: FastifyInstance) => {
      scope.register(onFastify.manifestRoute, { keeper });
      scope.register(onFastify.overridePage, { keeper });
    };
    app.register(inner, { prefix });
    await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return app.listeningOrigin;
  };
}

/** What the package koa-mount does with the path of a request. */
function mountOnKoa(prefix: string, ...middleware: readonly Middleware[]): readonly Middleware[] {
  return middleware.map((one) => async (ctx, next) => {
    const { path } = ctx;
    if (!path.startsWith(`${prefix}/`)) return next();
    ctx.path = path.slice(prefix.length);
    await one(ctx, async () => {
      ctx.path = path;
      await next();
    });
    ctx.path = path;
  });
}

const expressMounts = (name: string, create: typeof express): readonly Mount[] => [
  {
    name: `${name}, mounted at a path`,
    at: '/tools',
    serve() {
      const keeper = newKeeper();
      return onNode(create().use('/tools', onExpress.manifestRoute(keeper), onExpress.overridePage(keeper)));
    },
  },
  {
    name: `${name}, a router with a parameter in an application that is mounted`,
    at: '/shops/7/a%20b',
    serve() {
      const keeper = newKeeper();
      const router = create.Router().use(onExpress.overridePage(keeper), onExpress.manifestRoute(keeper));
      return onNode(create().use('/shops', create().use('/:shop/:area', router)));
    },
  },
];

const MOUNTS: readonly Mount[] = [
  ...expressMounts('Express 5', express),
  ...expressMounts('Express 4', express4 as never),
  {
    name: 'Connect, mounted at a path',
    at: '/tools',
    serve() {
      const keeper = newKeeper();
      return onNode(
        connect().use('/tools', onExpress.manifestRoute(keeper)).use('/tools', onExpress.overridePage(keeper)),
      );
    },
  },
  {
    name: 'Koa, mounted at a path',
    at: '/tools',
    serve() {
      const keeper = newKeeper();
      const app = new Koa();
      for (const one of mountOnKoa('/tools', onKoa.manifestRoute(keeper), onKoa.overridePage(keeper))) app.use(one);
      return onNode(app.callback());
    },
  },
  { name: 'Fastify, a prefix', at: '/tools', serve: onFastifyApp('/tools') },
  {
    name: 'Fastify, a prefix with a parameter and a slash at the end',
    at: '/acme/tools',
    serve: onFastifyApp('/:tenant/tools/'),
  },
  {
    name: 'Hono on Node, mounted at a path',
    at: '/tools',
    async serve() {
      const keeper = newKeeper();
      const inner = new Hono().use(onHono.manifestRoute(keeper), onHono.overridePage(keeper));
      const app = new Hono().mount('/tools', inner.fetch as never);
      return new Promise((resolve) => {
        const server = serveOnNode({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
          resolve(`http://127.0.0.1:${port}`),
        );
        onTestFinished(() => void server.close());
      });
    },
  },
];

beforeAll(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** The page that a manifest names. */
async function pageIn(response: Response | undefined): Promise<unknown> {
  expect(response?.status).toBe(200);
  const manifest: { readonly page?: unknown } = JSON.parse((await response?.text()) ?? '');
  return manifest.page;
}

test.each(MOUNTS)('the manifest names the page below its own prefix: $name', async ({ at, serve }) => {
  const origin = await serve();

  const page = await pageIn(await fetch(`${origin}${at}${MANIFEST}?x=1`));

  expect(page).toBe(`${at}/gatekeeper`);
  const html = await (await fetch(origin + page)).text();
  expect(html).toContain('<title>Gatekeeper</title>');
});

describe('the manifest', () => {
  const ask = (url: string, headers: Readonly<Record<string, string>> = {}, options: object = { overridePage: {} }) =>
    handle(newKeeper(), new Request(`https://shop.example${url}`, { headers }), options).then(pageIn);

  test('names no page where the site serves none', async () => {
    expect(await ask(MANIFEST, {}, {})).toBeUndefined();
  });

  test.each([
    // header          page
    ['/tools', '/tools/gatekeeper'],
    ['/tools/', '/tools/gatekeeper'],
    ['/a/b-c', '/a/b-c/gatekeeper'],
    ['/', '/gatekeeper'],
    ['tools', undefined],
    ['//evil.example', undefined],
    ['/\\evil.example', undefined],
    ['/a, /b', undefined],
    ['/a,/b', undefined],
    ['/tools?x', undefined],
    ['/a/../b', undefined],
    ['https://evil.example', undefined],
  ])('behind a proxy that has removed %j, the page is %j', async (prefix, page) => {
    expect(await ask(MANIFEST, { 'x-forwarded-prefix': prefix })).toBe(page);
  });

  test('names the page that reads it, where the site has several manifests', async () => {
    const keeper = newKeeper();
    const app = express();
    for (const area of ['/red', '/blue']) {
      const manifestPath = `${area}/flags.json`;
      app.use(onExpress.manifestRoute(keeper, { path: manifestPath }));
      app.use(onExpress.overridePage(keeper, { path: `${area}/page`, manifestPath }));
    }
    app.use(onExpress.manifestRoute(keeper));
    const origin = await onNode(app);

    const pages = ['/red/flags.json', '/blue/flags.json', MANIFEST].map((path) => fetch(origin + path).then(pageIn));

    expect(await Promise.all(pages)).toEqual(['/red/page', '/blue/page', undefined]);
  });

  test('names no page where the application has rewritten the path, because the prefix is not known', async () => {
    const keeper = newKeeper();
    const app = express().use((req, _res, next) => {
      if (req.url === '/flags.json') req.url = MANIFEST;
      next();
    });
    const origin = await onNode(app.use(onExpress.manifestRoute(keeper), onExpress.overridePage(keeper)));

    expect(await pageIn(await fetch(`${origin}/flags.json`))).toBeUndefined();
    expect(await pageIn(await fetch(origin + MANIFEST))).toBe('/gatekeeper');
  });

  test('names no page in an adapter that does not say which path it received', async () => {
    const { adapter } = newKeeper();
    const route = adapter.manifestRoute();
    adapter.overridePage();
    const gate = () => adapter.open({ incoming: { headers: {}, method: 'GET', url: MANIFEST } });

    const bodies = await Promise.all([route.respond(gate()), route.respond(gate(), undefined, MANIFEST, MANIFEST)]);

    expect(bodies.map((one) => JSON.parse(one?.body ?? '').page)).toEqual([undefined, '/gatekeeper']);
  });
});
