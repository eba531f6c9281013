import { connect as connectHttp2 } from 'node:http2';
import view from '@fastify/view';
// @ts-expect-error it has no types
import ejs from 'ejs';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute, overridePage } from '../../../../server-lib/fastify.ts';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { cookieOf, flags, GRANT_PATH, grantingKeeper, OWN_REQUEST } from '../../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const ANN = { 'x-user': 'ann', cookie: overrideCookie({ SEARCH: 'FUZZY' }) };
const MALLORY = { ...ANN, 'x-user': 'mallory' };

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

type Headers = Readonly<Record<string, unknown>>;
const keeper = createGatekeeper({
  flags,
  allowOverrides: (request) => (request as { readonly headers: Headers }).headers['x-user'] === 'ann',
});

function site(app: FastifyInstance = fastify()): FastifyInstance {
  app.register(gatekeeper, { keeper, userId: ({ headers }) => headers['x-user'] as string });
  app.register(manifestRoute, { keeper });
  app.get('/', ({ gk }) => gk.ffVariant('SEARCH'));
  return app;
}

test('a request has its gate in every plugin, and inject() gets the headers of a real response', async () => {
  const app = site();
  app.register(async (child) => child.get('/child', ({ gk }) => gk.ffVariant('SEARCH')), { prefix: '/in' });

  const [root, child] = [
    await app.inject({ url: '/', headers: ANN }),
    await app.inject({ url: '/in/child', headers: ANN }),
  ];

  for (const { body, headers } of [root, child]) {
    expect(body).toBe('FUZZY');
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      'server-timing': 'gk.SEARCH;desc="FUZZY override"',
    });
  }
  expect((await app.inject({ url: '/', headers: MALLORY })).headers).not.toHaveProperty('server-timing');
  expect((await app.inject({ url: MANIFEST, headers: ANN })).json()).toMatchObject({ gatekeeper: 1 });
});

test('an onSend hook that adds an ETag and a Cache-Control changes nothing on a private response', async () => {
  const app = fastify();
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.headers({ etag: '"1"', 'cache-control': 'public' });
    return payload;
  });
  site(app);

  const [page, manifest, visitor] = [
    await app.inject({ url: '/', headers: ANN }),
    await app.inject({ url: MANIFEST, headers: ANN }),
    await app.inject('/'),
  ];

  for (const { headers } of [page, manifest]) {
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers).not.toHaveProperty('etag');
  }
  expect(visitor.headers).toMatchObject({ etag: '"1"', 'cache-control': 'public' });
});

test('a hijacked reply is private, too, and gets the cookie of an override', async () => {
  const app = site();
  app.get('/hijacked', ({ gk }, reply) => {
    reply.hijack();
    gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE');
    reply.raw.writeHead(200, { 'Cache-Control': 'public' });
    reply.raw.end(gk.ffVariant('SEARCH'));
  });

  const { body, headers } = await app.inject({ url: '/hijacked', headers: ANN });

  expect(body).toBe('FUZZY');
  expect(headers['cache-control']).toBe('private, no-store');
  expect(String(headers['set-cookie'])).toContain(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test('the cookie of an override is sent beside those of the application, also with an error page', async () => {
  const app = site();
  app.get('/fails', ({ gk }, reply) => {
    reply.header('set-cookie', 'session=1');
    gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE');
    gk.setBrowserOverrideVariant('SEARCH', '');
    throw new Error('out of lamps');
  });

  const { statusCode, headers } = await app.inject({ url: '/fails', headers: ANN });

  expect(statusCode).toBe(500);
  const line = `${overrideCookie({ CHECKOUT: 'ONE_PAGE' })}; Path=/; Max-Age=604800; SameSite=Lax`;
  expect(headers['set-cookie']).toEqual(['session=1', line]);
});

test('an override that is set after the response was sent is reported, and the response is not affected', async () => {
  const log = errorLog();
  const app = fastify();
  app.register(gatekeeper, { keeper: createGatekeeper({ flags, ...log }) });
  app.get('/', ({ gk }, reply) => {
    reply.raw.once('finish', () => gk.setBrowserOverrideVariant('SEARCH', 'FUZZY'));
    return 'page';
  });

  expect((await app.inject('/')).body).toBe('page');
  expect(log.codes).toEqual(['ERR_GK_OVERRIDE_NOT_SET']);
});

test('behind a trusted https proxy, the cookie of an override is Secure', async () => {
  const app = site(fastify({ trustProxy: true }));
  app.get('/set', ({ gk }) => ({ set: gk.setBrowserOverrideVariant('SEARCH', 'FUZZY') }));

  const { headers } = await app.inject({ url: '/set', headers: { 'x-user': 'ann', 'x-forwarded-proto': 'https' } });

  expect(String(headers['set-cookie'])).toMatch(/; Secure$/);
});

test('on HTTP/2, a page is private and names its flags', async () => {
  const app = fastify({ http2: true });
  app.register(gatekeeper, { keeper });
  app.get('/', ({ gk }, reply) => reply.header('cache-control', 'public').send(gk.ffVariant('SEARCH')));
  const session = connectHttp2(await app.listen({ port: 0, host: '127.0.0.1' }));
  onTestFinished(async () => {
    session.close();
    await app.close();
  });

  const headers = await new Promise<Headers>((resolve, reject) => {
    session
      .request({ ':path': '/', ...ANN })
      .on('response', resolve as never)
      .on('error', reject)
      .resume();
  });

  expect(headers).toMatchObject({
    ':status': 200,
    'cache-control': 'private, no-store',
    'server-timing': 'gk.SEARCH;desc="FUZZY override"',
  });
});

describe('templates of @fastify/view', () => {
  const template = '<%= gk.ffVariant("SEARCH") %> <%= user %>';

  test.each([
    { order: 'before', view: 'after' },
    { order: 'after', view: 'before' },
  ])('have gk if gatekeeper is registered $order the views', async ({ order }) => {
    const app = fastify();
    if (order === 'after') app.register(view, { engine: { ejs } });
    app.register(gatekeeper, { keeper });
    if (order === 'before') app.register(view, { engine: { ejs } });
    app.get('/', (_request, reply) => {
      const { locals } = reply as unknown as { readonly locals: Record<string, unknown> };
      locals.user = 'ann';
      return reply.viewAsync({ raw: template } as never);
    });

    expect((await app.inject({ url: '/', headers: ANN })).body).toBe('FUZZY ann');
  });

  test('have gk if a hook of the application replaces reply.locals', async () => {
    const app = fastify();
    app.register(gatekeeper, { keeper });
    app.register(view, { engine: { ejs } });
    app.addHook('preHandler', async (_request, reply) => {
      Object.assign(reply, { locals: { user: 'ann' } });
    });
    app.get('/', (_request, reply) => reply.viewAsync({ raw: template } as never));

    expect((await app.inject({ url: '/', headers: ANN })).body).toBe('FUZZY ann');
  });
});

describe('a refused request for the manifest gets what an unknown path gets', () => {
  const SITES: readonly (readonly [string, (app: FastifyInstance) => unknown])[] = [
    ['Fastify’s own 404', () => {}],
    [
      'a handler of the application',
      (app) => app.setNotFoundHandler((_, reply) => reply.code(404).send('no such page')),
    ],
    ['a route for every path', (app) => app.get('/*', () => 'the single page')],
  ];
  test.each(SITES)('%s', async (_what, add) => {
    const app = site();
    add(app);
    const responseTo = async (url: string, method: 'GET' | 'HEAD' | 'POST', headers: Record<string, string>) => {
      const { statusCode, headers: own, body } = await app.inject({ url, method, headers });
      const { date: _date, ...others } = own;
      return { statusCode, headers: others, body: body.replaceAll('neverthere', 'gatekeeper') };
    };

    for (const method of ['GET', 'HEAD', 'POST'] as const)
      expect(await responseTo(MANIFEST, method, MALLORY)).toEqual(
        await responseTo(MANIFEST.replace('gatekeeper', 'neverthere'), method, MALLORY),
      );
    expect((await app.inject({ url: MANIFEST, headers: ANN })).statusCode).toBe(200);
    expect((await app.inject({ url: MANIFEST, method: 'POST', headers: ANN })).statusCode).toBe(404);
  });
});

test('in an encapsulated plugin, the routes are its own, and a refused request gets the plugin’s 404', async () => {
  const app = fastify();
  app.register(
    async (admin) => {
      admin.setNotFoundHandler((_request, reply) => reply.code(404).send('not in admin'));
      admin.register(gatekeeper, { keeper });
      admin.register(manifestRoute, { keeper, path: '/flags.json' });
      admin.register(overridePage, { keeper, manifestPath: '/flags.json' });
    },
    { prefix: '/admin' },
  );

  expect((await app.inject({ url: '/admin/flags.json', headers: ANN })).json()).toMatchObject({ gatekeeper: 1 });
  expect((await app.inject({ url: '/admin/flags.json', method: 'HEAD', headers: ANN })).statusCode).toBe(200);
  expect((await app.inject({ url: '/admin/flags.json', headers: MALLORY })).body).toBe('not in admin');
  expect((await app.inject({ url: '/admin/unknown', headers: MALLORY })).body).toBe('not in admin');
  expect((await app.inject({ url: '/flags.json', headers: ANN })).statusCode).toBe(404);

  const { body: page } = await app.inject({ url: '/admin/gatekeeper', headers: ANN });
  const [, script] = /src="\.([^"]+)"/.exec(page) ?? [];
  expect(page).toContain('<link rel="gatekeeper" href="./flags.json">');
  expect((await app.inject({ url: '/admin/gatekeeper/', headers: ANN })).body).toContain('href="./../flags.json"');
  expect((await app.inject({ url: `/admin${script}`, headers: ANN })).headers['content-type']).toMatch(
    /^text\/javascript/,
  );
  for (const url of ['/admin/gatekeeper', `/admin${script}`])
    expect((await app.inject({ url, headers: MALLORY })).body).toBe('not in admin');
});

test('a hook that signs the user in may be registered after the routes of the protocol', async () => {
  const app = site();
  app.addHook('preValidation', async (request) => {
    Object.assign(request.headers, { 'x-user': request.headers.authorization });
  });

  expect((await app.inject({ url: MANIFEST, headers: { authorization: 'ann' } })).statusCode).toBe(200);
});

test.each([
  { what: 'no body', headers: {}, payload: undefined },
  { what: 'a JSON body', headers: { 'content-type': 'application/json' }, payload: '{}' },
  { what: 'a body of a type that Fastify cannot parse', headers: { 'content-type': 'text/lamp' }, payload: 'moon' },
])('a grant is issued and revoked for a request with $what', async ({ headers, payload }) => {
  const app = fastify();
  app.register(grantRoute, { keeper: grantingKeeper() });
  const ask = (method: 'POST' | 'DELETE', user: string) =>
    app.inject({
      url: GRANT_PATH,
      method,
      headers: { ...OWN_REQUEST, ...headers, 'x-user': user },
      ...(payload && { payload }),
    });

  const [given, revoked, refused] = [
    await ask('POST', 'ann'),
    await ask('DELETE', 'ann'),
    await ask('POST', 'mallory'),
  ];

  expect(given.json()).toEqual({ state: 'enabled', expiresIn: 28_800 });
  expect(cookieOf([given.headers['set-cookie']].flat()[0])).toMatch(/^__Host-gatekeeper-grant=/);
  expect([revoked.statusCode, revoked.body]).toEqual([204, '']);
  const unknown = await app.inject({ url: '/gatekeeper/other', method: 'POST', headers, ...(payload && { payload }) });
  expect(refused.statusCode).toBe(unknown.statusCode);
});

test.each([
  {
    plugin: gatekeeper,
    options: {},
    message: 'app.register(gatekeeper, { keeper: createGatekeeper({ flags }) }); got nothing',
  },
  {
    plugin: manifestRoute,
    options: { keeper: flags },
    message: 'manifestRoute: expected a keeper, app.register(manifestRoute',
  },
  { plugin: grantRoute, options: { keeper }, message: 'grantRoute needs grants' },
  { plugin: gatekeeper, options: { keeper, userID: () => 7 }, message: 'no option "userID"; did you mean "userId"?' },
  { plugin: manifestRoute, options: { keeper, path: 'flags' }, message: 'path must be a plain path' },
  {
    plugin: manifestRoute,
    options: { keeper, prefix: '/admin' },
    message: 'manifestRoute: Fastify ignores prefix, "/admin"; register it in a plugin that has the prefix',
  },
])('$plugin.name refuses $options at start', async ({ plugin, options, message }) => {
  const app = fastify();
  app.register(plugin as never, options as never);

  await expect(app.ready()).rejects.toThrow(message);
});

test('gatekeeper refuses to be registered twice', async () => {
  const app = site();
  app.register(gatekeeper, { keeper });

  await expect(app.ready()).rejects.toThrow('gatekeeper is registered twice');
});
