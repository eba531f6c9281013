import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handle, openGate, visitorCookie } from '../../../../server-lib/fetch.ts';
import { createGatekeeper, type GatekeeperError } from '../../../../server-lib/index.ts';
import { flags, GRANT_PATH, ORIGIN, OWN_REQUEST } from '../../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { expectValidManifest } from '../../../helpers/protocol/manifest-schema.ts';

const MANIFEST = `${ORIGIN}/.well-known/gatekeeper.json`;
const COOKIE = overrideCookie({ SEARCH: 'FUZZY', SECRET: 'ON' });

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Who asks, as a header that a login would check. */
const userOf = (request: object): string | null => (request as Request).headers.get('x-user');

function site() {
  const errors: GatekeeperError[] = [];
  const keeper = createGatekeeper({
    flags,
    allowOverrides: (request) => userOf(request) === 'ann',
    onError: (error) => void errors.push(error),
  });
  return { keeper, errors };
}

const ask = (headers: Readonly<Record<string, string>>, init: RequestInit = {}, url = `${ORIGIN}/`): Request =>
  new Request(url, { ...init, headers });
const annAsks = (cookie: string, init?: RequestInit): Request => ask({ 'x-user': 'ann', cookie }, init);

const stream = (...parts: readonly string[]): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
const cacheable = (body: string | ReadableStream | null, init: ResponseInit = {}): Response =>
  new Response(body, { ...init, headers: { 'Cache-Control': 'public', ETag: '"1"', 'X-Accel-Expires': '60' } });

test.each([
  { what: 'a page', response: () => cacheable('page'), status: 200, text: 'page' },
  { what: 'a stream', response: () => cacheable(stream('one', 'two')), status: 200, text: 'onetwo' },
  { what: 'an error', response: () => cacheable('failed', { status: 500 }), status: 500, text: 'failed' },
  { what: 'a redirect', response: () => Response.redirect(`${ORIGIN}/next`, 303), status: 303, text: '' },
  { what: 'no content', response: () => cacheable(null, { status: 204 }), status: 204, text: '' },
  { what: 'not modified', response: () => cacheable(null, { status: 304 }), status: 304, text: '' },
])('with an override, $what is private and names its flags', async ({ response, status, text }) => {
  const { gk, finish } = openGate(site().keeper, annAsks(COOKIE));
  gk.ff('SEARCH', 'FUZZY');

  const finished = finish(response());

  expect([finished.status, await finished.text()]).toEqual([status, text]);
  const { location, ...headers } = Object.fromEntries(finished.headers);
  expect(location).toBe(status === 303 ? `${ORIGIN}/next` : undefined);
  expect(headers).toMatchObject({
    'cache-control': 'private, no-store',
    vary: 'Cookie',
    'server-timing': 'gk.SEARCH;desc="FUZZY override"',
  });
  expect(['etag', 'x-accel-expires'].filter((name) => name in headers)).toEqual([]);
});

test.each([
  { who: 'a visitor without the cookie', headers: { 'x-user': 'ann' } },
  { who: 'a visitor who may not override', headers: { 'x-user': 'mallory', cookie: COOKIE } },
])('the response to $who is the page’s own object', ({ headers }) => {
  const { gk, finish } = openGate(site().keeper, ask(headers));
  const response = cacheable('page');

  expect(gk.ffVariant('SEARCH')).toBe('EXACT');
  expect(finish(response)).toBe(response);
});

test('a page that evaluates no flag is its own object', () => {
  const response = cacheable('page');

  expect(openGate(site().keeper, annAsks(COOKIE)).finish(response)).toBe(response);
});

test.each([
  { what: 'an error of the network', response: async () => Response.error() },
  {
    what: 'a response whose body is being read',
    response: async () => {
      const response = new Response('page');
      response.body?.getReader();
      return response;
    },
  },
])('$what cannot be copied, and stays as it is', async ({ response }) => {
  const { gk, finish } = openGate(site().keeper, annAsks(COOKIE));
  gk.ff('SEARCH', 'FUZZY');
  const own = await response();

  expect(finish(own)).toBe(own);
});

test('cookies of the page stay beside the override that it sets', () => {
  const { gk, finish } = openGate(site().keeper, annAsks(overrideCookie({})));
  const response = new Response('page');
  response.headers.append('Set-Cookie', 'session=1; HttpOnly');
  response.headers.append('Set-Cookie', 'theme=dark');

  expect(gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE')).toBe(true);
  const cookies = finish(response).headers.getSetCookie();

  const override = `${overrideCookie({ CHECKOUT: 'ONE_PAGE' })}; Path=/; Max-Age=604800; SameSite=Lax; Secure`;
  expect(cookies).toEqual(['session=1; HttpOnly', 'theme=dark', override]);
});

test('the conditions of a request are removed when its response will change, and only then', () => {
  const conditions = {
    'if-none-match': '"1"',
    'if-modified-since': 'Sun, 01 Nov 2026 00:00:00 GMT',
    'if-match': '"2"',
  };
  const [ann, mallory] = ['ann', 'mallory'].map((user) => {
    const request = ask({ 'x-user': user, cookie: COOKIE, ...conditions });
    openGate(site().keeper, request).gk.ff('SEARCH', 'FUZZY');
    return Object.keys(conditions).filter((name) => request.headers.has(name));
  });

  expect([ann, mallory]).toEqual([['if-match'], Object.keys(conditions)]);
});

test('a request whose headers cannot change gets its page', () => {
  const request = annAsks(COOKIE);
  Object.defineProperty(request.headers, 'delete', {
    value: () => {
      throw new TypeError('immutable');
    },
  });
  request.headers.set('if-none-match', '"1"');
  const { keeper, errors } = site();

  expect(openGate(keeper, request).gk.ffVariant('SEARCH')).toBe('FUZZY');
  expect(errors).toEqual([]);
});

test.each([
  { cacheControl: 'public', codes: ['ERR_GK_USED_SCRIPT'] },
  { cacheControl: 'private', codes: [] },
])('usedScript() after a response that is $cacheControl reports $codes', ({ cacheControl, codes }) => {
  const { keeper, errors } = site();
  const { gk, finish } = openGate(keeper, annAsks(overrideCookie({})));
  finish(new Response('page', { headers: { 'Cache-Control': cacheControl } }));

  gk.ff('CHECKOUT', 'CLASSIC');

  expect(gk.usedScript()).toContain('CLASSIC default');
  expect(errors.map(({ code }) => code)).toEqual(codes);
});

test('userId, attributes and session are read from the request when a flag needs them', () => {
  const keeper = createGatekeeper({
    flags: {
      LAMP: {
        variants: ['ON', 'OFF'],
        default: 'OFF',
        users: { ON: ['ann'] },
        decide: ({ session, attributes }) => (session === 'late' && attributes.plan === 'pro' ? 'ON' : undefined),
      },
    },
  });
  const options = {
    userId: (request: Request) => userOf(request),
    attributes: () => ({ plan: 'pro' }),
    session: () => 'late',
  };

  const read = [ask({ 'x-user': 'ann' }), ask({})].map((request) =>
    openGate(keeper, request, options).gk.explain('LAMP'),
  );

  expect(read).toMatchObject([{ source: 'user' }, { source: 'code', variant: 'ON' }]);
});

test('the manifest is for those who may override, of any gate of the request, and others get nothing of ours', async () => {
  const { keeper } = site();
  const userId = () => 'reader';
  const request = ask({ 'x-user': 'ann', cookie: COOKIE }, {}, `${MANIFEST}?at=1`);
  openGate(keeper, request, { userId });

  const response = await handle(keeper, request);

  expect(response?.status).toBe(200);
  expect(Object.fromEntries(response?.headers ?? [])).toEqual({
    'content-type': 'application/json; charset=utf-8',
    'content-length': expect.any(String),
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    vary: 'Cookie',
  });
  const manifest = await response?.json();
  expectValidManifest(manifest);
  expect(manifest.overrides.applied).toEqual(['SEARCH']);
  expect(JSON.stringify(manifest)).not.toContain('SECRET');
  for (const refused of [
    ask({ 'x-user': 'mallory', cookie: COOKIE }, {}, MANIFEST),
    ask({ 'x-user': 'ann' }, {}, `${MANIFEST}/`),
    ask({ 'x-user': 'ann' }, { method: 'POST' }, MANIFEST),
    ask({ 'x-user': 'ann' }, {}, `${ORIGIN}/?${MANIFEST}`),
  ]) {
    expect(await handle(keeper, refused)).toBeUndefined();
  }
});

test('a HEAD of the manifest has its headers and no body', async () => {
  const { keeper } = site();
  const [get, head] = await Promise.all(
    ['GET', 'HEAD'].map((method) => handle(keeper, ask({ 'x-user': 'ann' }, { method }, MANIFEST))),
  );

  expect(Object.fromEntries(head?.headers ?? [])).toEqual(Object.fromEntries(get?.headers ?? []));
  expect([(await get?.text())?.length, await head?.text()]).toEqual([Number(get?.headers.get('content-length')), '']);
});

test('the manifest may have another path', async () => {
  const { keeper } = site();
  const options = { manifestPath: '/flags.json' };

  expect((await handle(keeper, ask({ 'x-user': 'ann' }, {}, `${ORIGIN}/flags.json`), options))?.status).toBe(200);
  expect(await handle(keeper, ask({ 'x-user': 'ann' }, {}, MANIFEST), options)).toBeUndefined();
});

test('a grant is issued, permits, and is revoked', async () => {
  const authorize = (request: object) => (userOf(request) === 'ann' ? ({ sub: 'ann', scope: '*' } as const) : null);
  const keys = [{ kid: 'first', secret: Buffer.alloc(32, 7) }];
  const keeper = createGatekeeper({ flags, grants: { keys, origins: [ORIGIN], authorize } });
  const send = (method: string, user: string, headers = {}, body: string | null = null) =>
    handle(keeper, ask({ ...OWN_REQUEST, 'x-user': user, ...headers }, { method, body }, ORIGIN + GRANT_PATH));

  const issued = await send('POST', 'ann');
  const cookie = issued?.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const gate = openGate(keeper, ask({ cookie: `__Host-${COOKIE}; ${cookie}` })).gk;
  const revoked = await send('DELETE', 'ann', { cookie });

  expect([issued?.status, await issued?.json()]).toEqual([200, { state: 'enabled', expiresIn: 28_800 }]);
  expect(gate.ffVariant('SEARCH')).toBe('FUZZY');
  expect([revoked?.status, revoked?.headers.getSetCookie().length]).toEqual([204, 2]);
  expect(await send('POST', 'mallory')).toBeUndefined();
  expect(await send('POST', 'ann', { origin: 'https://evil.example' })).toBeUndefined();
  expect(await send('POST', 'ann', {}, 'x'.repeat(2_000))).toBeUndefined();
});

test('without grants, their path is not ours', async () => {
  const request = ask({ ...OWN_REQUEST, 'x-user': 'ann' }, { method: 'POST' }, ORIGIN + GRANT_PATH);

  expect(await handle(site().keeper, request)).toBeUndefined();
});

test('two keepers: an override of one does not permit overrides in the other, and both cookies are combined', () => {
  const blog = createGatekeeper({
    flags: { LAYOUT: { variants: ['LIST', 'GRID'], default: 'LIST' } },
    allowOverrides: () => true,
  });
  const { keeper } = site();
  const request = annAsks(overrideCookie({}));
  const [first, second] = [openGate(keeper, request), openGate(blog, request)];
  first.gk.setBrowserOverrideVariant('SEARCH', 'FUZZY');
  second.gk.setBrowserOverrideVariant('LAYOUT', 'GRID');

  const cookies = second.finish(first.finish(new Response('page'))).headers.getSetCookie();

  expect(cookies).toEqual([expect.stringContaining(overrideCookie({ LAYOUT: 'GRID', SEARCH: 'FUZZY' }))]);
});

test.each([
  { call: () => openGate({} as never, ask({})), message: /^openGate: expected a keeper/ },
  { call: () => openGate(site().keeper, ask({}), { userID: () => 7 } as never), message: /did you mean "userId"/ },
  {
    call: () => openGate(site().keeper, ask({}), { userId: 7 } as never),
    message: /^openGate: userId must be a function/,
  },
  {
    call: () => handle(site().keeper, ask({}), { manifestPth: '/a' } as never),
    message: /did you mean "manifestPath"/,
  },
  { call: () => handle(site().keeper, ask({}), { manifestPath: 'a?b' }), message: /path must be a plain path/ },
])('a mistake of the programmer is an error: $message', async ({ call, message }) => {
  await expect(async () => call()).rejects.toThrow(message);
});

test('a visitor without a user gets an id with the first rollout, and keeps the variant', async () => {
  const variants = { EXACT: 'EXACT', FUZZY: 'FUZZY' };
  const targeting = {
    fractional: [
      ['EXACT', 1],
      ['FUZZY', 1],
    ],
  };
  const keeper = createGatekeeper({ flags, rules: { flags: { SEARCH: { state: 'ENABLED', variants, targeting } } } });
  const visitorId = visitorCookie();
  const visit = (cookie: string) => {
    const { gk, finish } = openGate(keeper, ask({ cookie }), { visitorId });
    return finish(cacheable(gk.ffVariant('SEARCH')));
  };

  const first = visit('');
  const [id] = /^gk-visitor=[0-9a-f]{32}/.exec(first.headers.get('set-cookie') ?? '') ?? [];
  const again = visit(String(id));

  expect(first.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
  expect(first.headers.get('cache-control')).toBe('private, no-store');
  expect(await again.text()).toBe(await first.text());
  expect([again.headers.get('set-cookie'), again.headers.get('cache-control')]).toEqual([null, 'public']);
});
