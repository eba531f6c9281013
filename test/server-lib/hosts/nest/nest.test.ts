import 'reflect-metadata';
import { Controller, type DynamicModule, Get, type INestApplication, Module, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { currentGate, runWithGate } from '../../../../server-lib/context.ts';
import { createGatekeeper, type FlagDefinitions, type Gate } from '../../../../server-lib/index.ts';
import {
  GatekeeperModule,
  Gk,
  gatekeeper,
  grantRoute,
  manifestRoute,
  RequireVariant,
} from '../../../../server-lib/nest.ts';
import { flags, GRANT_PATH, grantingKeeper, OWN_REQUEST } from '../../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const ANN = { 'x-user': 'ann', cookie: overrideCookie({ SEARCH: 'FUZZY', CHECKOUT: 'ONE_PAGE' }) };
const MALLORY = { ...ANN, 'x-user': 'mallory' };

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const userOf = ({ headers }: { readonly headers: unknown }) => (headers as typeof ANN)['x-user'];
const keeper = createGatekeeper({
  flags,
  allowOverrides: (request) => userOf(request as { readonly headers: unknown }) === 'ann',
});

// Decorators are called, because the test runner does not compile them.
class Pages {
  home(gk: Gate<FlagDefinitions>) {
    return gk.ffVariant('SEARCH');
  }
  checkout() {
    return 'one page';
  }
  far() {
    return currentGate()?.ffVariant('SEARCH' as never);
  }
}
const describeMethod = (name: keyof Pages, ...decorators: readonly MethodDecorator[]) => {
  const descriptor = Object.getOwnPropertyDescriptor(Pages.prototype, name) as PropertyDescriptor;
  for (const decorate of decorators) decorate(Pages.prototype, name, descriptor);
};
Controller()(Pages);
describeMethod('home', Get());
Gk()(Pages.prototype, 'home', 0);
describeMethod('checkout', Get('checkout'), RequireVariant('CHECKOUT' as never, 'ONE_PAGE' as never));
describeMethod(
  'far',
  Get('far'),
  UseInterceptors({
    intercept: (context, next) => runWithGate(context.switchToHttp().getRequest().gk, () => next.handle()),
  }),
);

describe.each([
  { platform: 'Express', create: () => new ExpressAdapter() },
  { platform: 'Fastify', create: () => new FastifyAdapter() },
])('on $platform', ({ platform, create }) => {
  async function served(imports: readonly DynamicModule[], prepare: (app: INestApplication) => unknown = () => {}) {
    class Site {}
    Module({ imports: [...imports], controllers: [Pages] })(Site);
    const app = await NestFactory.create(Site, create(), { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    prepare(app);
    await app.listen(0, '127.0.0.1');
    const origin = await app.getUrl();
    return async (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => {
      const response = await fetch(origin + path, { method, headers });
      const { date: _date, etag: _etag, ...others } = Object.fromEntries(response.headers);
      return { status: response.status, headers: others, body: await response.text() };
    };
  }

  test('a handler gets the gate, and the manifest is served outside of the global prefix', async () => {
    const ask = await served([GatekeeperModule.forRoot({ keeper, userId: userOf })], (app) =>
      app.setGlobalPrefix('api'),
    );

    const [page, stranger, manifest] = [await ask('/api', ANN), await ask('/api', MALLORY), await ask(MANIFEST, ANN)];

    expect(page.body).toBe('FUZZY');
    expect(page.headers).toMatchObject({
      'cache-control': 'private, no-store',
      'server-timing': 'gk.SEARCH;desc="FUZZY override"',
    });
    expect(stranger.body).toBe('EXACT');
    expect(JSON.parse(manifest.body)).toMatchObject({ gatekeeper: 1, overrides: { state: 'enabled' } });
  });

  test('without its variant, a handler does not exist: the response is that of an unknown path', async () => {
    const ask = await served([GatekeeperModule.forRoot({ keeper })]);

    expect(await ask('/checkout', ANN)).toMatchObject({ status: 200, body: 'one page' });
    const [refused, unknown] = [await ask('/checkout?a=1'), await ask('/unknownn?a=1')];
    expect(refused.status).toBe(404);
    expect({ ...refused, body: refused.body.replace('checkout', 'unknownn') }).toEqual(unknown);
  });

  test('a refused request for the manifest or a grant gets what an unknown path gets', async () => {
    const ask = await served([GatekeeperModule.forRoot({ keeper: grantingKeeper() })]);
    const other = (path: string) => path.replace('gatekeeper', 'neverthere');

    for (const [path, method] of [
      [MANIFEST, 'GET'],
      [GRANT_PATH, 'POST'],
    ] as const) {
      const headers = { ...OWN_REQUEST, 'x-user': 'mallory' };
      const refused = await ask(path, headers, method);
      expect(refused.status).toBe(404);
      expect({ ...refused, body: other(refused.body) }).toEqual(await ask(other(path), headers, method));
    }
    expect((await ask(GRANT_PATH, { ...OWN_REQUEST, 'x-user': 'ann' }, 'POST')).status).toBe(200);
  });

  test('the options can come from other providers, and the manifest can have another path', async () => {
    const ask = await served([
      GatekeeperModule.forRootAsync({
        inject: [],
        useFactory: async () => ({ keeper, manifestPath: '/flags.json' }),
      }),
    ]);

    expect((await ask('/flags.json', ANN)).status).toBe(200);
    expect((await ask(MANIFEST, ANN)).status).toBe(404);
  });

  test('with app.use instead of the module, middleware sees the request of node:http, and handlers have the gate', async () => {
    const urls: unknown[] = [];
    const ask = await served([], (app) => {
      const own = { userId: (request: { readonly url: string }) => void urls.push(request.url) };
      app.use(gatekeeper(keeper, own));
      app.use(manifestRoute(keeper));
      app.use(grantRoute(grantingKeeper()));
    });

    const page = await ask('/', ANN);

    expect([page.body, page.headers['cache-control']]).toEqual(['FUZZY', 'private, no-store']);
    expect((await ask(MANIFEST, ANN)).status).toBe(200);
    expect((await ask(GRANT_PATH, { ...OWN_REQUEST, 'x-user': 'ann' }, 'POST')).status).toBe(200);
  });

  test('an interceptor makes the gate known far from the request', async () => {
    const ask = await served([GatekeeperModule.forRoot({ keeper })]);

    const pages = await Promise.all([ask('/far', ANN), ask('/far', MALLORY), ask('/far', ANN)]);

    expect(pages.map(({ body }) => body)).toEqual(['FUZZY', 'EXACT', 'FUZZY']);
  });

  test('without the module, a handler that needs the gate fails, and says what to import', async () => {
    const errors: unknown[] = [];
    const ask = await served([], (app) =>
      app.useGlobalFilters({
        catch(error, host) {
          errors.push(error);
          const reply = host.switchToHttp().getResponse();
          reply.status(500).send('failed');
        },
      }),
    );

    expect((await ask('/')).status).toBe(500);
    expect(String(errors[0])).toContain('import GatekeeperModule.forRoot({ keeper })');
  });

  test.runIf(platform === 'Fastify')('importing the module twice is an error at start', async () => {
    const twice = [GatekeeperModule.forRoot({ keeper }), GatekeeperModule.forRoot({ keeper, manifestPath: '/a.json' })];

    await expect(served(twice)).rejects.toThrow('gatekeeper is registered twice');
  });
});

test.each([
  {
    options: undefined,
    message: 'expected a keeper, GatekeeperModule.forRoot({ keeper: createGatekeeper({ flags }) })',
  },
  { options: { keeper, userID: () => 7 }, message: 'there is no option "userID"; did you mean "userId"?' },
  { options: { keeper, userId: 7 }, message: 'userId must be a function; got "7"' },
])('forRoot refuses $options', ({ options, message }) => {
  expect(() => GatekeeperModule.forRoot(options as never)).toThrow(message);
});
