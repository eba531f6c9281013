import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { stream } from 'hono/streaming';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, type HonoOptions, manifestRoute, visitorCookie } from '../../../../server-lib/hono.ts';
import { createGatekeeper, type Gate, type GatekeeperError } from '../../../../server-lib/index.ts';
import { flags, GRANT_PATH, ORIGIN, OWN_REQUEST } from '../../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const ANN = { 'x-user': 'ann', cookie: overrideCookie({ SEARCH: 'FUZZY' }) };

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const userOf = (request: object): string | undefined => (request as Context).req.header('x-user');

function site(options: HonoOptions = {}) {
  const errors: GatekeeperError[] = [];
  const keeper = createGatekeeper({
    flags,
    allowOverrides: (request) => userOf(request) === 'ann',
    onError: (error) => void errors.push(error),
  });
  return { keeper, errors, app: new Hono().use(gatekeeper(keeper, options)) };
}

/** What a response is to caches and to the extension. */
async function seen(response: Response) {
  const { headers } = response;
  return {
    status: response.status,
    text: await response.text(),
    cache: headers.get('cache-control'),
    timing: headers.get('server-timing'),
  };
}

const OVERRIDDEN = { cache: 'private, no-store', timing: 'gk.SEARCH;desc="FUZZY override"' };

const evaluate = (c: Context): string => (c.var.gk as Gate<typeof flags>).ffVariant('SEARCH');
const evaluated = (c: Context): Context => {
  evaluate(c);
  return c;
};
const CACHEABLE = { 'Cache-Control': 'public', ETag: '"1"' };

/** A response as `fetch` returns it: nobody can change its headers. */
function received(body: string, status = 200): Response {
  const response = new Response(body, { status, headers: CACHEABLE });
  const refuse = (): never => {
    throw new TypeError('immutable');
  };
  return Object.defineProperty(response, 'headers', {
    value: Object.assign(new Headers(response.headers), { set: refuse, append: refuse, delete: refuse }),
  });
}

test.each([
  { what: 'text', page: (c: Context) => c.text(evaluate(c), 200, CACHEABLE), status: 200, text: 'FUZZY' },
  { what: 'a response of fetch', page: (c: Context) => received(evaluate(c)), status: 200, text: 'FUZZY' },
  { what: 'a redirect', page: (c: Context) => c.redirect(`/${evaluate(c)}`, 303), status: 303, text: '' },
  {
    what: 'no change',
    page: (c: Context) => evaluated(c).body(null, 304, CACHEABLE),
    status: 304,
    text: '',
  },
  {
    what: 'a stream',
    page: (c: Context) => {
      const variant = evaluate(c);
      return stream(c, async (out) => void (await out.write(variant)));
    },
    status: 200,
    text: 'FUZZY',
  },
  {
    what: 'an error',
    page: (c: Context): Response => {
      throw new Error(evaluate(c));
    },
    status: 500,
    text: 'failed: FUZZY',
  },
  {
    what: 'an exception with a response of fetch',
    page: (c: Context): Response => {
      throw new HTTPException(403, { res: received(evaluate(c), 403) });
    },
    status: 403,
    text: 'FUZZY',
  },
  {
    what: 'a page that is not found',
    page: (c: Context) => evaluated(c).notFound(),
    status: 404,
    text: '404 Not Found',
  },
])('with an override, $what is private and names its flags; for a visitor, it is as before', async (row) => {
  const onError = (error: Error, c: Context) =>
    error instanceof HTTPException ? error.getResponse() : c.text(`failed: ${error.message}`, 500);
  const { app } = site();
  app.onError(onError).get('/', row.page);
  const bare = new Hono();
  bare.use(async (c, next) => {
    c.set('gk' as never, { ffVariant: () => 'EXACT' } as never);
    await next();
  });
  bare.onError(onError).get('/', row.page);

  expect(await seen(await app.request('/', { headers: ANN }))).toEqual({
    ...OVERRIDDEN,
    status: row.status,
    text: row.text,
  });
  const [visitor, without] = await Promise.all(
    [app, bare].map((one) => one.request('/', { headers: { ...ANN, 'x-user': 'mallory' } })),
  );
  expect([visitor?.status, ...(visitor?.headers ?? [])]).toEqual([without?.status, ...(without?.headers ?? [])]);
  expect(await visitor?.text()).toBe(await without?.text());
});

test('HEAD has the headers of GET and no body', async () => {
  const { app } = site();
  app.get('/', (c) => c.text(evaluate(c), 200, CACHEABLE));

  const head = await app.request('/', { method: 'HEAD', headers: ANN });

  expect(await seen(head)).toEqual({ ...OVERRIDDEN, status: 200, text: '' });
  expect(head.headers.get('etag')).toBeNull();
});

test('cookies that the page sets stay beside the override that it sets', async () => {
  const { app } = site();
  app.get('/', (c) => {
    c.header('Set-Cookie', 'session=1; HttpOnly', { append: true });
    c.header('Set-Cookie', 'theme=dark', { append: true });
    return c.text(String(c.var.gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE')));
  });

  const response = await app.request(`${ORIGIN}/`, { headers: ANN });

  const override = overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' });
  expect(await response.text()).toBe('true');
  expect(response.headers.getSetCookie()).toEqual([
    'session=1; HttpOnly',
    'theme=dark',
    `${override}; Path=/; Max-Age=604800; SameSite=Lax; Secure`,
  ]);
});

test('an override that is set while the body is streamed comes too late, and is reported', async () => {
  const { app, errors } = site();
  app.get('/', (c) =>
    stream(c, async (out) => {
      await out.write('begun ');
      await out.write(String(c.var.gk.setBrowserOverrideVariant('SEARCH', 'EXACT')));
    }),
  );

  expect(await (await app.request('/', { headers: ANN })).text()).toBe('begun false');
  expect(errors.map(({ code }) => code)).toEqual(['ERR_GK_OVERRIDE_NOT_SET']);
});

test.each([
  { what: 'the headers of a request can change', immutable: false },
  { what: 'they cannot, as on Workers', immutable: true },
])('no 304 for a copy of another variant: $what', async ({ immutable }) => {
  const { app } = site();
  app.get('/', (c) => {
    const page = evaluate(c);
    const isKnown = c.req.header('if-none-match') === CACHEABLE.ETag;
    return isKnown ? c.body(null, 304) : c.text(page);
  });
  const ask = async (user: string) => {
    const request = new Request(ORIGIN, { headers: { ...ANN, 'x-user': user, 'if-none-match': CACHEABLE.ETag } });
    if (immutable) {
      Object.defineProperty(request.headers, 'delete', {
        value: () => {
          throw new TypeError('immutable');
        },
      });
    }
    const { status } = await app.request(request);
    return status;
  };

  expect([await ask('ann'), await ask('mallory')]).toEqual([200, 304]);
});

test('other middleware works before and after it: body limits, CORS and ETags', async () => {
  const { keeper } = site();
  const app = new Hono()
    .use(cors(), etag())
    .use(gatekeeper(keeper))
    .use(bodyLimit({ maxSize: 10 })) // replaces the raw request
    .use(gatekeeper(keeper), manifestRoute(keeper))
    .all('/', async (c) => c.text(`${evaluate(c)} ${await c.req.text()}`));

  const page = await app.request('/', { method: 'POST', headers: ANN, body: 'body' });
  const visitor = await app.request('/');
  const same = await app.request('/', { headers: { 'if-none-match': visitor.headers.get('etag') ?? '' } });
  const manifest = await app.request(MANIFEST, { headers: ANN });

  expect(await seen(page)).toMatchObject({ ...OVERRIDDEN, text: 'FUZZY body' });
  expect([visitor.headers.get('access-control-allow-origin'), same.status]).toEqual(['*', 304]);
  expect([manifest.status, manifest.headers.get('access-control-allow-origin')]).toEqual([200, null]);
});

test('the manifest is for those who may override, and others get the response of an unknown path', async () => {
  const { app, keeper } = site();
  app.use(async (c, next) => {
    c.header('X-Own', 'kept');
    await next();
  });
  app.use(manifestRoute(keeper, { path: '/flags.json' }));
  app.use(manifestRoute(keeper));
  app.notFound((c) => new Response(`nothing at ${c.req.path}`.replace(/gatekeeper|neverthere/, ''), { status: 404 }));
  const ask = (path: string, headers: object, method = 'GET') => app.request(path, { method, headers: { ...headers } });

  const manifest = await ask(MANIFEST, ANN);
  const head = await ask(MANIFEST, ANN, 'HEAD');
  const refused = await ask(MANIFEST, { ...ANN, 'x-user': 'mallory' });
  const unknown = await ask(MANIFEST.replace('gatekeeper', 'neverthere'), { ...ANN, 'x-user': 'mallory' });

  expect(await manifest.json()).toMatchObject({ gatekeeper: 1, overrides: { applied: ['SEARCH'] } });
  expect(Object.fromEntries(manifest.headers)).toMatchObject({
    'cache-control': 'private, no-store',
    vary: 'Cookie',
    'x-own': 'kept',
    'content-type': 'application/json; charset=utf-8',
  });
  expect(manifest.headers.get('server-timing')).toBeNull();
  expect([...head.headers]).toEqual([...manifest.headers]);
  expect(await head.text()).toBe('');
  expect([refused.status, ...refused.headers]).toEqual([unknown.status, ...unknown.headers]);
  expect(await refused.text()).toBe(await unknown.text());
  expect((await ask('/flags.json', ANN)).status).toBe(200);
  expect((await ask(MANIFEST, ANN, 'POST')).status).toBe(404);
});

test('a grant is issued, permits and is revoked, with routes that are mounted alone', async () => {
  const keeper = createGatekeeper({
    flags,
    grants: {
      keys: [{ kid: 'first', secret: Buffer.alloc(32, 7) }],
      origins: [ORIGIN],
      authorize: (request) => (userOf(request) === 'ann' ? { sub: 'ann', scope: '*' } : null),
    },
  });
  const app = new Hono()
    .all(GRANT_PATH, grantRoute(keeper))
    .get(MANIFEST, manifestRoute(keeper))
    .get('/', gatekeeper(keeper), (c) => c.text(c.var.gk.ffVariant('SEARCH')));
  const send = (method: string, user: string, cookie = '') =>
    app.request(ORIGIN + GRANT_PATH, { method, headers: { ...OWN_REQUEST, 'x-user': user, cookie } });

  const issued = await send('POST', 'ann');
  const cookie = `__Host-${ANN.cookie}; ${issued.headers.getSetCookie()[0]?.split(';', 1)[0]}`;
  const page = await app.request(ORIGIN, { headers: { cookie } });
  const revoked = await send('DELETE', 'ann', cookie);

  expect([issued.status, await issued.json()]).toEqual([200, { state: 'enabled', expiresIn: 28_800 }]);
  expect(await page.text()).toBe('FUZZY');
  expect([revoked.status, revoked.headers.getSetCookie().length]).toEqual([204, 2]);
  expect((await send('POST', 'mallory')).status).toBe(404);
  expect((await app.request(ORIGIN + MANIFEST, { headers: { 'x-user': 'mallory' } })).status).toBe(404);
});

test('decide and the options read the context, its variables and its session', async () => {
  const keeper = createGatekeeper({
    flags: {
      LAMP: {
        variants: ['ON', 'OFF'],
        default: 'OFF',
        users: { ON: ['ann'] },
        decide: ({ request, session, attributes }) => {
          const isLit = (request as Context).req.path === '/lamp' && attributes.plan === 'pro';
          return isLit && (session as { lit?: boolean } | undefined)?.lit ? 'ON' : undefined;
        },
      },
    },
  });
  const app = new Hono<{ Variables: { user: string; session: object } }>()
    .use(gatekeeper(keeper, { userId: (c) => c.var.user, attributes: () => ({ plan: 'pro' }) }))
    .use(async (c, next) => {
      if (c.req.path === '/user') c.set('user', 'ann');
      c.set('session', { lit: true });
      await next();
    })
    .get('/:page', (c) => c.text(c.var.gk.explain('LAMP').source));

  const sources = await Promise.all(['/user', '/lamp', '/other'].map(async (page) => (await app.request(page)).text()));

  expect(sources).toEqual(['user', 'code', 'default']);
});

test('a visitor without a user keeps a variant by a cookie', async () => {
  const keeper = createGatekeeper({
    flags,
    rules: {
      flags: {
        SEARCH: {
          state: 'ENABLED',
          variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' },
          defaultVariant: 'EXACT',
          targeting: { fractional: [['FUZZY', 100]] },
        },
      },
    },
  });
  await keeper.ready;
  const app = new Hono().use(gatekeeper(keeper, { visitorId: visitorCookie() })).get('/', (c) => c.text(evaluate(c)));

  const first = await app.request(ORIGIN);
  const cookie = first.headers.getSetCookie()[0] ?? '';
  const second = await app.request(ORIGIN, { headers: { cookie: cookie.split(';', 1)[0] ?? '' } });

  expect([await first.text(), first.headers.get('cache-control')]).toEqual(['FUZZY', 'private, no-store']);
  expect(cookie).toMatch(/^gk-visitor=[0-9a-f]{32}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/);
  expect([await second.text(), second.headers.getSetCookie()]).toEqual(['FUZZY', []]);
});

test.each([
  { environment: 'production', variant: 'EXACT' },
  { environment: '', variant: 'EXACT' },
  { environment: 'development', variant: 'FUZZY' },
])(
  'without a policy, NODE_ENV "$environment" alone determines development, whatever the peer',
  async ({ environment, variant }) => {
    vi.stubEnv('NODE_ENV', environment);
    const app = new Hono().use(gatekeeper(createGatekeeper({ flags }))).get('/', (c) => c.text(evaluate(c)));
    const env = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }; // as the Node server has it

    const response = await app.request('http://localhost/', { headers: ANN }, env);

    expect(await response.text()).toBe(variant);
  },
);

test.each([
  { call: () => gatekeeper({} as never), message: /^gatekeeper: expected a keeper/ },
  { call: () => gatekeeper(site().keeper, { userID: () => 7 } as never), message: /did you mean "userId"/ },
  { call: () => manifestRoute(site().keeper, { path: 'a?b' }), message: /path must be a plain path/ },
  { call: () => grantRoute(site().keeper), message: /grantRoute needs grants/ },
])('a mistake of the programmer is an error at start: $message', ({ call, message }) => {
  expect(call).toThrow(message);
});
