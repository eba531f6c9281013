import type { OutgoingHttpHeaders } from 'node:http';
import express from 'express';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import {
  cookieOf,
  GRANT_PATH,
  grantedCookies,
  grantingKeeper,
  OWN_REQUEST,
} from '../../helpers/grants/granting-keeper.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';
import { startNginx } from '../../helpers/processes/nginx.ts';

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const PUBLIC = { 'Cache-Control': 'public, max-age=60' };

/** A shop whose pages are all cacheable, behind a cache. */
async function cachedShop({
  cacheHeaders = PUBLIC,
  directives = '',
}: {
  cacheHeaders?: OutgoingHttpHeaders;
  directives?: string;
} = {}) {
  const keeper = grantingKeeper();
  const app = express().disable('x-powered-by');
  let rendered = 0;
  app.use(gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper));
  app.get('/{*page}', (req, res) => {
    rendered += 1;
    const gk = gkOf(req);
    const variant = gk.ffVariant('SEARCH');
    const send = () => res.writeHead(200, { ...cacheHeaders, 'Content-Type': 'text/plain' }).end(variant);
    if (req.path.startsWith('/suspended')) gk.withoutOverrides(send);
    else send();
  });
  const origin = await startNginx((await serveApp(app)).port, directives);
  return {
    rendered: () => rendered,
    grant: async (user: string) => {
      const headers = { ...OWN_REQUEST, 'x-user': user };
      const { headers: given } = await fetch(origin + GRANT_PATH, { method: 'POST', headers });
      return cookieOf(given.getSetCookie()[0]);
    },
    get: async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const response = await fetch(origin + path, { headers });
      return { text: await response.text(), cache: response.headers.get('x-cache'), response };
    },
  };
}
const seen = ({ text, cache }: { readonly text: string; readonly cache: string | null }) => `${text} ${cache}`;

test('the cache works for visitors, and a forged cookie does not bypass it', async () => {
  const shop = await cachedShop();

  expect(seen(await shop.get('/page'))).toBe('EXACT MISS');
  expect(seen(await shop.get('/page'))).toBe('EXACT HIT');
  const before = shop.rendered();
  for (const cookie of [
    grantedCookies({ SEARCH: 'FUZZY' }),
    grantedCookies({ SEARCH: 'FUZZY' }, '__Host-gatekeeper-grant=a.b.c'),
    'gatekeeper={"SEARCH":"FUZZY"}',
  ]) {
    expect(seen(await shop.get('/page', { cookie }))).toBe('EXACT HIT');
  }
  expect(shop.rendered()).toBe(before);
});

test('a page requested with a forged cookie is cached, as for any visitor', async () => {
  const shop = await cachedShop();
  const cookie = grantedCookies({ SEARCH: 'FUZZY' });

  expect(seen(await shop.get('/fresh', { cookie }))).toBe('EXACT MISS');
  expect(seen(await shop.get('/fresh'))).toBe('EXACT HIT');
  expect(seen(await shop.get('/fresh', { cookie }))).toBe('EXACT HIT');
});

test('an overridden page is never served to another visitor', async () => {
  const shop = await cachedShop();
  const cookie = grantedCookies({ SEARCH: 'FUZZY' }, await shop.grant('ann'));

  for (const round of [1, 2]) {
    for (let page = 0; page < 20; page++) {
      const overridden = await shop.get(`/${round}-${page}`, { cookie });

      expect(seen(overridden)).toBe('FUZZY MISS');
      expect(overridden.response.headers.get('cache-control')).toBe('private, no-store');
    }
  }
  for (let page = 0; page < 20; page++) expect((await shop.get(`/1-${page}`)).text).toBe('EXACT');
});

test('a cached page is served even to a request with an override', async () => {
  const shop = await cachedShop();
  await shop.get('/page');
  const cookie = grantedCookies({ SEARCH: 'FUZZY' }, await shop.grant('ann'));

  // A cache that ignores the cookie responds in place of the server: docs/security.md, "Caches".
  expect(seen(await shop.get('/page', { cookie }))).toBe('EXACT HIT');
  expect(seen(await shop.get('/page'))).toBe('EXACT HIT');
});

test('neither the manifest nor the response with a grant is cached', async () => {
  const shop = await cachedShop();
  const MANIFEST = '/.well-known/gatekeeper.json';

  const first = await shop.get(MANIFEST, { 'x-user': 'ann' });
  const stranger = await shop.get(MANIFEST);
  const grants = [await shop.grant('ann'), await shop.grant('ann')];

  expect(JSON.parse(first.text).overrides.state).toBe('grant-required');
  expect(stranger.text).toBe('EXACT');
  expect(new Set(grants).size).toBe(2);
});

const EXPIRES = new Date(Date.now() + 3_600_000).toUTCString();
const CACHES = [
  { cache: 'nginx as it is', cacheHeaders: PUBLIC, directives: '' },
  { cache: 'nginx that ignores Vary', cacheHeaders: PUBLIC, directives: 'proxy_ignore_headers Vary;' },
  { cache: 'nginx that reads X-Accel-Expires', cacheHeaders: { ...PUBLIC, 'X-Accel-Expires': '60' }, directives: '' },
  {
    cache: 'nginx that reads X-Accel-Expires and ignores Vary',
    cacheHeaders: { 'X-Accel-Expires': '60' },
    directives: 'proxy_ignore_headers Vary;',
  },
  {
    cache: 'nginx that ignores Cache-Control and reads Expires',
    cacheHeaders: { Expires: EXPIRES },
    directives: 'proxy_ignore_headers Cache-Control Vary;',
  },
];

test.each(CACHES)('$cache gives other visitors nothing that was for a tester', async ({ cacheHeaders, directives }) => {
  const shop = await cachedShop({ cacheHeaders, directives });
  const grant = await shop.grant('ann');
  const own = [
    { path: '/overridden', overrides: { SEARCH: 'FUZZY' }, page: 'FUZZY' },
    { path: '/suspended', overrides: { SEARCH: 'FUZZY' }, page: 'FUZZY' },
    { path: '/watched', overrides: {}, page: 'EXACT' },
    { path: '/ignored', overrides: { SEARCH: 'GONE' }, page: 'EXACT' },
  ];

  for (const { path, overrides, page } of own) {
    const tester = await shop.get(path, { cookie: grantedCookies(overrides, grant) });
    const stranger = await shop.get(path);
    expect(seen(tester)).toBe(`${page} MISS`);
    expect(tester.response.headers.get('server-timing')).toMatch(/^gk\.SEARCH;desc="/);
    expect(seen(stranger)).toBe('EXACT MISS');
    expect(stranger.response.headers.get('server-timing')).toBeNull();
    expect(seen(await shop.get(path))).toBe('EXACT HIT'); // the cache works
  }
});

test('a page with a policy of 2.3 KB and eighty flags fits into nginx’s default buffer', async () => {
  vi.stubEnv('NODE_ENV', 'development');
  const many = Object.fromEntries(
    Array.from({ length: 80 }, (_, at) => [`FLAG_${at}`, { variants: ['ON', 'OFF'], default: 'OFF' } as const]),
  );
  const app = express();
  app.use(gatekeeper(createGatekeeper({ flags: many })));
  app.get('/{*page}', (req, res) => {
    for (const name of Object.keys(many)) gkOf(req).ff(name, 'ON');
    res.set({ ...PUBLIC, 'Content-Security-Policy': `script-src ${'x'.repeat(2_300)}` }).send('page');
  });
  const origin = await startNginx((await serveApp(app)).port);

  const response = await fetch(`${origin}/page`);

  expect([response.status, await response.text()]).toEqual([200, 'page']);
  expect(response.headers.get('server-timing')).toMatch(/^gk\.FLAG_0;desc="OFF default", .*gk;desc="\+\d+ more"$/);
});
