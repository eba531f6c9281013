import request from 'supertest';
import { afterEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { GRANT_PATH, grantingKeeper, OWN_REQUEST } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf, type Host } from './host.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const PLAIN = overrideCookie({ SEARCH: 'FUZZY' });
const LAN = { Host: '192.168.0.2:3000' };

/** With grants, the cookie in development has a name that a browser accepts on plain http at any address. */
export function developmentCookieContract({ create }: Host): void {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site(cookieName?: string) {
    const keeper = grantingKeeper({}, cookieName === undefined ? {} : { cookieName });
    const app = create();
    for (const handler of [gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper)]) app.use(handler);
    app.use('/set', (req, res) => {
      gkOf(req).setBrowserOverrideVariant('SEARCH', 'FUZZY');
      res.end('set');
    });
    app.use('/page', (req, res) => res.end(gkOf(req).ffVariant('SEARCH')));
    return { app, keeper };
  }

  test.each(['development', 'test'])('with grants and NODE_ENV %s, the cookie has no prefix', async (nodeEnv) => {
    vi.stubEnv('NODE_ENV', nodeEnv);
    const { app } = site();

    const { body } = await request(app)
      .get(MANIFEST)
      .set({ ...LAN, Cookie: PLAIN })
      .expect(200);

    expect(body.cookie).toMatchObject({ name: 'gatekeeper', secure: false });
    expect(body.overrides).toMatchObject({ state: 'enabled', applied: ['SEARCH'] });
    await request(app)
      .get('/page')
      .set({ ...LAN, Cookie: PLAIN })
      .expect('FUZZY');
    await request(app)
      .get('/page')
      .set({ ...LAN, Cookie: `__Host-${PLAIN}` })
      .expect('EXACT');
    const set = await request(app).get('/set').set(LAN);
    expect(set.headers['set-cookie']).toEqual([`${PLAIN}; Path=/; Max-Age=604800; SameSite=Lax`]);
    const back = await request(app)
      .delete(GRANT_PATH)
      .set({ ...OWN_REQUEST, 'X-User': 'ann' });
    expect(back.headers['set-cookie']?.[1]).toBe('gatekeeper=; Path=/; Max-Age=0; SameSite=Lax');
  });

  test('with grants in production the cookie has the prefix, and a cookie without it is never read', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { app, keeper } = site();

    const { body } = await request(app).get(MANIFEST).set('X-User', 'ann').expect(200);

    expect(body.cookie).toMatchObject({ name: '__Host-gatekeeper', secure: true });
    expect(keeper.cookieName).toBe('__Host-gatekeeper');
    await request(app).get('/page').set('Cookie', PLAIN).expect('EXACT');
  });

  test('the manifest of each request names the cookie that is read on it', async () => {
    const { app } = site();
    const names: string[] = [];

    for (const nodeEnv of ['production', 'development', 'production']) {
      vi.stubEnv('NODE_ENV', nodeEnv);
      names.push((await request(app).get(MANIFEST).set('X-User', 'ann')).body.cookie.name);
    }

    expect(names).toEqual(['__Host-gatekeeper', 'gatekeeper', '__Host-gatekeeper']);
  });

  test.each([
    { cookieName: 'gatekeeper-shop', production: '__Host-gatekeeper-shop', development: 'gatekeeper-shop' },
    { cookieName: '__Host-gatekeeper-shop', production: '__Host-gatekeeper-shop', development: 'gatekeeper-shop' },
  ])('a site with grants can choose the name $cookieName', async ({ cookieName, production, development }) => {
    const { app } = site(cookieName);
    const named = async () => (await request(app).get(MANIFEST).set('X-User', 'ann')).body.cookie.name;

    vi.stubEnv('NODE_ENV', 'production');
    expect(await named()).toBe(production);
    vi.stubEnv('NODE_ENV', 'development');
    expect(await named()).toBe(development);
    await request(app).get('/page').set('Cookie', PLAIN).expect('EXACT');
    await request(app).get('/page').set('Cookie', PLAIN.replace('gatekeeper', development)).expect('FUZZY');
  });
}
