import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import {
  cookieOf,
  GRANT_PATH,
  grantedCookies,
  grantingKeeper,
  OWN_REQUEST,
} from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const OVERRIDES = { SEARCH: 'FUZZY', CHECKOUT: 'ONE_PAGE' };

/** In production, a user that the application authorizes gets a grant, uses it and revokes it. */
export function grantRouteContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site(options: Parameters<typeof grantingKeeper>[0] = {}): HostApp {
    const app = create();
    const keeper = grantingKeeper(options);
    for (const handler of [gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper)]) app.use(handler);
    app.use('/page', (req, res) => res.end(`${gkOf(req).ffVariant('SEARCH')} ${gkOf(req).ffVariant('CHECKOUT')}`));
    return app;
  }
  const ask = (app: HostApp, user: string) =>
    request(app)
      .post(GRANT_PATH)
      .set({ ...OWN_REQUEST, 'X-User': user });
  async function grantOf(app: HostApp, user: string): Promise<string> {
    const { headers } = await ask(app, user);
    return cookieOf(headers['set-cookie']?.[0]);
  }
  const manifestOf = (app: HostApp, cookie: string, user = 'ann') =>
    request(app).get(MANIFEST).set({ 'X-User': user, Cookie: cookie });

  test('a grant is issued, used and revoked', async () => {
    const app = site();

    const before = await manifestOf(app, grantedCookies(OVERRIDES));
    const grant = await grantOf(app, 'ann');
    const during = await manifestOf(app, grantedCookies(OVERRIDES, grant));
    const page = await request(app).get('/page').set('Cookie', grantedCookies(OVERRIDES, grant));
    const back = await request(app).delete(GRANT_PATH).set(OWN_REQUEST).set('Cookie', grant);

    expectValidManifest(before.body);
    expectValidManifest(during.body);
    expect(before.body).toMatchObject({
      cookie: { name: '__Host-gatekeeper', secure: true, maxAge: 604_800 },
      overrides: { state: 'grant-required', grantUrl: GRANT_PATH, applied: [], ignored: [] },
    });
    expect(before.body.overrides).not.toHaveProperty('expiresIn');
    expect(during.body.overrides).toMatchObject({
      state: 'enabled',
      grantUrl: GRANT_PATH,
      applied: ['SEARCH', 'CHECKOUT'],
    });
    const expiresIn: number = during.body.overrides.expiresIn ?? 0;
    expect(expiresIn > 28_790 && expiresIn <= 28_800).toBe(true);
    expect(during.body.cookie.maxAge).toBe(expiresIn);
    expect(page.text).toBe('FUZZY ONE_PAGE');
    expect([back.status, back.text]).toEqual([204, '']);
    expect(back.headers['set-cookie']).toEqual([
      '__Host-gatekeeper-grant=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
      '__Host-gatekeeper=; Path=/; Max-Age=0; SameSite=Lax; Secure',
    ]);
  });

  test('the response with a grant is private', async () => {
    const { status, headers, body } = await ask(site({ maxAge: 600 }), 'ann');

    expect(status).toBe(200);
    expect(body).toEqual({ state: 'enabled', expiresIn: 600 });
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-gatekeeper-grant=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
      ),
    ]);
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      vary: 'Cookie',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('a user that authorize rejects gets the application’s own 404 for both paths, byte for byte', async () => {
    const app = site();
    const without = create();
    without.use('/page', (_req, res) => res.end());
    const headers = { ...OWN_REQUEST, 'X-User': 'mallory', Cookie: grantedCookies(OVERRIDES) };

    for (const [line, other] of [
      [`GET ${MANIFEST}`, 'GET /.well-known/neverthere.json'],
      [`POST ${GRANT_PATH}`, 'POST /neverthere/grant'],
      [`GET ${GRANT_PATH}`, 'GET /neverthere/grant'],
    ] as const) {
      const response = await rawResponse(app, line, headers);

      expect(response).toMatch(/^HTTP\/1.1 404 /);
      expect(response).toBe((await rawResponse(app, other, headers)).replaceAll('neverthere', 'gatekeeper'));
      expect(response).toBe(await rawResponse(without, line, headers));
    }
  });

  test('a scope covers the flags it names; the other overrides are out of scope', async () => {
    const app = site();
    const cookie = grantedCookies(OVERRIDES, await grantOf(app, 'bob'));

    const { body } = await manifestOf(app, cookie, 'bob');

    expectValidManifest(body);
    expect(body.overrides).toMatchObject({
      applied: ['SEARCH'],
      ignored: [{ flag: 'CHECKOUT', variant: 'ONE_PAGE', code: 'out-of-scope' }],
    });
    await request(app).get('/page').set('Cookie', cookie).expect('FUZZY CLASSIC');
  });

  test('a grant that is bound to its user permits nothing to another user or without one', async () => {
    const app = site({ subjectOf: ({ headers }) => headers['x-user'] as string });
    const cookie = grantedCookies(OVERRIDES, await grantOf(app, 'ann'));
    const page = (user: string) => request(app).get('/page').set({ Cookie: cookie, 'X-User': user });

    expect((await page('ann')).text).toBe('FUZZY ONE_PAGE');
    expect((await page('bob')).text).toBe('EXACT CLASSIC');
    expect((await page('')).text).toBe('EXACT CLASSIC');
  });

  test('with grants the cookie without prefix is ignored, even with a grant', async () => {
    const app = site();
    const grant = await grantOf(app, 'ann');
    const plain = `${overrideCookie(OVERRIDES)}; ${grant}`;

    await request(app).get('/page').set('Cookie', plain).expect('EXACT CLASSIC');
    const { body } = await manifestOf(app, plain);
    expect(body.overrides).toMatchObject({ state: 'enabled', applied: [], ignored: [] });
  });

  test('a grant without overrides, or overrides without a grant, change no byte of a page', async () => {
    const app = site();
    const plain = await rawResponse(app, 'GET /page');

    expect(await rawResponse(app, 'GET /page', { Cookie: await grantOf(app, 'ann') })).toBe(plain);
    expect(await rawResponse(app, 'GET /page', { Cookie: grantedCookies(OVERRIDES) })).toBe(plain);
    expect(await rawResponse(app, 'GET /page', { Cookie: grantedCookies(OVERRIDES, 'x=1') })).toBe(plain);
  });

  test('with another path it is only there, and not at the default path', async () => {
    const app = site({ path: '/admin/flags/leave' });
    const own = { ...OWN_REQUEST, 'X-User': 'ann' };

    await request(app).post('/admin/flags/leave').set(own).expect(200);
    await request(app).post(GRANT_PATH).set(own).expect(404);
    expect((await manifestOf(app, '')).body.overrides.grantUrl).toBe('/admin/flags/leave');
  });
}
