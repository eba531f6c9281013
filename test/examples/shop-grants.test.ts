import type { Express } from 'express';
import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { keyBytes } from '../helpers/grants/key-bytes.ts';
import { textIn } from './visitor.ts';

const ORIGIN = 'http://localhost:3000';
const OWN_REQUEST = { Host: 'localhost:3000', Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin', 'X-Gatekeeper': '1' };
const OVERRIDES = `__Host-gatekeeper=${encodeURIComponent('{"CHECKOUT_FLOW":"WIZARD"}')}`;
const [ADA, GRACE] = [1, 2];

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.stubEnv('GATEKEEPER_KEY', keyBytes(32).toString('base64url'));
  vi.stubEnv('PUBLIC_ORIGIN', ORIGIN);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The cookies that a response sets, as the next request sends them. */
const cookiesOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) =>
  [headers['set-cookie'] ?? []].flat().map((line) => String(line).split(';', 1)[0]);

async function signedIn(shop: Express, userId: number): Promise<string> {
  return cookiesOf(await request(shop).post('/sign-in').type('form').send({ userId })).join('; ');
}
const requestGrant = (shop: Express, cookie: string) =>
  request(shop)
    .post('/gatekeeper/grant')
    .set({ ...OWN_REQUEST, Cookie: cookie });
const flagsPage = (shop: Express, ...cookies: readonly string[]) =>
  request(shop).get('/flags').set('Cookie', cookies.join('; '));

test('Ada gets a grant, sees her override, and returns the grant', async () => {
  const shop = createShop();
  const ada = await signedIn(shop, ADA);

  const manifest = await request(shop).get('/.well-known/gatekeeper.json').set('Cookie', ada);
  const before = await flagsPage(shop, ada, OVERRIDES);
  const grant = cookiesOf(await requestGrant(shop, ada).expect(200)).join('; ');
  const during = await flagsPage(shop, ada, OVERRIDES, grant);
  const back = await request(shop)
    .delete('/gatekeeper/grant')
    .set({ ...OWN_REQUEST, Cookie: ada });

  expect(manifest.body.overrides).toMatchObject({ state: 'grant-required', grantUrl: '/gatekeeper/grant' });
  expect(textIn(before, 'variant-CHECKOUT_FLOW')).toBe('CLASSIC');
  expect(textIn(during, 'variant-CHECKOUT_FLOW')).toBe('WIZARD');
  expect(textIn(during, 'source-CHECKOUT_FLOW')).toBe('override');
  expect(during.headers['cache-control']).toBe('private, no-store');
  expect(back.status).toBe(204);
});

test.each([
  { who: 'Grace', userId: GRACE },
  { who: 'a stranger', userId: undefined },
])('$who gets a 404 for the manifest and for a grant', async ({ userId }) => {
  const shop = createShop();
  const cookie = userId === undefined ? '' : await signedIn(shop, userId);

  const response = await requestGrant(shop, cookie);
  const manifest = await request(shop).get('/.well-known/gatekeeper.json').set('Cookie', cookie);

  expect([response.status, manifest.status]).toEqual([404, 404]);
  expect(cookiesOf(response).filter((line) => line?.includes('gatekeeper'))).toEqual([]);
});

test('Ada’s grant does not permit Grace to override', async () => {
  const shop = createShop();
  const grant = cookiesOf(await requestGrant(shop, await signedIn(shop, ADA))).join('; ');

  const page = await flagsPage(shop, await signedIn(shop, GRACE), OVERRIDES, grant);

  expect(textIn(page, 'variant-CHECKOUT_FLOW')).toBe('CLASSIC');
});

test.each(['GATEKEEPER_KEY', 'PUBLIC_ORIGIN'])('without %s, not even Ada may override', async (name) => {
  vi.stubEnv(name, undefined);
  const shop = createShop();
  const ada = await signedIn(shop, ADA);

  expect((await requestGrant(shop, ada)).status).not.toBe(200);
  await request(shop).get('/.well-known/gatekeeper.json').set('Cookie', ada).expect(404);
});

test('the shop does not start with a key that is too short', () => {
  vi.stubEnv('GATEKEEPER_KEY', 'short');

  expect(() => createShop()).toThrow(expect.objectContaining({ code: 'ERR_GK_GRANTS' }));
});
