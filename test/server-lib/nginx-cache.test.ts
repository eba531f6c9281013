import express from 'express';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../server-lib/express.ts';
import { gkOf } from '../contracts/host.ts';
import { cookieOf, GRANT_PATH, grantedCookies, grantingKeeper, OWN_REQUEST } from '../fakes/granting-keeper.ts';
import { startNginx } from '../support/nginx.ts';
import { served } from '../support/served.ts';

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A shop that lets every cache keep every page, behind a cache that does. */
async function cachedShop() {
  const keeper = grantingKeeper();
  const app = express().disable('x-powered-by');
  let rendered = 0;
  app.use(gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper));
  app.get('/{*page}', (req, res) => {
    rendered += 1;
    const variant = gkOf(req).ffVariant('SEARCH');
    res.writeHead(200, { 'Cache-Control': 'public, max-age=60', 'Content-Type': 'text/plain' }).end(variant);
  });
  const origin = await startNginx((await served(app)).port);
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

test('the cache does its work for visitors, and a forged cookie does not defeat it', async () => {
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

test('a forged cookie on a page that is not in the cache yet puts the page there, as for anybody', async () => {
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

test('a page that is in the cache already stays everyone’s, also for whoever overrides', async () => {
  const shop = await cachedShop();
  await shop.get('/page');
  const cookie = grantedCookies({ SEARCH: 'FUZZY' }, await shop.grant('ann'));

  // A cache in front that knows nothing of the cookie answers for the server: docs/security.md, "Caches".
  expect(seen(await shop.get('/page', { cookie }))).toBe('EXACT HIT');
  expect(seen(await shop.get('/page'))).toBe('EXACT HIT');
});

test('neither the manifest nor the answer that brings a grant is kept', async () => {
  const shop = await cachedShop();
  const MANIFEST = '/.well-known/gatekeeper.json';

  const first = await shop.get(MANIFEST, { 'x-user': 'ann' });
  const stranger = await shop.get(MANIFEST);
  const grants = [await shop.grant('ann'), await shop.grant('ann')];

  expect(JSON.parse(first.text).overrides.state).toBe('grant-required');
  expect(stranger.text).toBe('EXACT');
  expect(new Set(grants).size).toBe(2);
});
