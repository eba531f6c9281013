import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
// @ts-expect-error its types are those of the newest version
import Koa2 from 'koa2';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as forExpress from '../../../server-lib/express.ts';
import * as forFastify from '../../../server-lib/fastify.ts';
import { handle } from '../../../server-lib/fetch.ts';
import * as forHono from '../../../server-lib/hono.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import * as forKoa from '../../../server-lib/koa.ts';

const PATH = '/.well-known/gatekeeper.json';
const COOKIE = 'gatekeeper={"SEARCH":"FUZZY"}';

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A keeper whose flags another library evaluates after a while. */
function providedKeeper(mayOverride: boolean) {
  const flags = {
    CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
    SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  } as const;
  const keeper = createGatekeeper({ flags, allowOverrides: () => mayOverride, environment: 'test' });
  const variants: Readonly<Record<string, string>> = { CHECKOUT: 'ONE_PAGE', SEARCH: 'EXACT' };
  keeper.adapter.evaluateWith(async (flag) => {
    await new Promise(setImmediate);
    return { variant: variants[flag], reason: 'RULE' };
  });
  return keeper;
}

type Keeper = ReturnType<typeof providedKeeper>;

async function overNode(listener: Parameters<typeof supertest>[0]): Promise<Reply> {
  const { status, text } = await supertest(listener).get(PATH).set('cookie', COOKIE);
  return { status, body: text };
}

async function ofFastify(app: ReturnType<typeof fastify>): Promise<Reply> {
  const { statusCode, body } = await app.inject({ url: PATH, headers: { cookie: COOKIE } });
  return { status: statusCode, body };
}

async function ofResponse(response: Response | undefined): Promise<Reply> {
  return { status: response?.status ?? 404, body: (await response?.text()) ?? '' };
}

const koaSite = (app: Koa, keeper: Keeper) =>
  app.use(forKoa.gatekeeper(keeper)).use(forKoa.manifestRoute(keeper)).callback();

const HOSTS: readonly (readonly [string, (keeper: Keeper) => Promise<Reply>])[] = [
  ['Express 5', (keeper) => overNode(express().use(forExpress.gatekeeper(keeper), forExpress.manifestRoute(keeper)))],
  ['Express 4', (keeper) => overNode(express4().use(forExpress.gatekeeper(keeper), forExpress.manifestRoute(keeper)))],
  ['Connect', (keeper) => overNode(connect().use(forExpress.gatekeeper(keeper)).use(forExpress.manifestRoute(keeper)))],
  ['Koa 3', (keeper) => overNode(koaSite(new Koa(), keeper))],
  ['Koa 2', (keeper) => overNode(koaSite(new Koa2() as unknown as Koa, keeper))],
  [
    'Fastify',
    (keeper) =>
      ofFastify(fastify().register(forFastify.gatekeeper, { keeper }).register(forFastify.manifestRoute, { keeper })),
  ],
  [
    'an encapsulated plugin of Fastify',
    (keeper) =>
      ofFastify(
        fastify().register(async (inner) => {
          await inner.register(forFastify.manifestRoute, { keeper });
        }),
      ),
  ],
  ['fetch', async (keeper) => ofResponse(await handle(keeper, requestOf()))],
  [
    'Hono',
    async (keeper) =>
      ofResponse(
        await new Hono().use(forHono.gatekeeper(keeper)).use(forHono.manifestRoute(keeper)).request(requestOf()),
      ),
  ],
];

const requestOf = (): Request => new Request(`http://localhost${PATH}`, { headers: { cookie: COOKIE } });

describe.each(HOSTS)('on %s', (_, serve) => {
  test('the manifest waits for the library that evaluates the flags', async () => {
    const { status, body } = await serve(providedKeeper(true));

    expect(status).toBe(200);
    expect(JSON.parse(body).flags).toMatchObject([
      { name: 'CHECKOUT', current: 'ONE_PAGE', source: 'provider', reason: 'RULE' },
      { name: 'SEARCH', current: 'FUZZY', source: 'override', withoutOverride: 'EXACT' },
    ]);
  });

  test('a request that may not override gets a 404', async () => {
    expect((await serve(providedKeeper(false))).status).toBe(404);
  });
});

test('a response that the application sends in the meantime stays', async () => {
  const keeper = providedKeeper(true);
  const app = connect();
  app.use(forExpress.gatekeeper(keeper)).use((_req, res, next) => {
    next();
    res.end('too late');
  });
  app.use(forExpress.manifestRoute(keeper));

  expect((await overNode(app)).body).toBe('too late');
});
