import type { IncomingMessage } from 'node:http';
import type { Express } from 'express';
import request from 'supertest';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type FlagDefinition } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf } from './host.ts';

const PATH = '/.well-known/gatekeeper.json';
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags });

/** Features of Express only: routes, ETags, trusted proxies, an application for decide. */
export function expressContract(create: () => Express): void {
  test('the manifest can be a route, and the other routes stay', async () => {
    const app = create();
    app.get(PATH, manifestRoute(keeper));
    app.get('/', (_req, res) => void res.send('home'));

    expect((await request(app).get(PATH)).body.gatekeeper).toBe(1);
    expect((await request(app).head(PATH)).status).toBe(200);
    await request(app).get('/').expect('home');
    await request(app).post(PATH).expect(404);
  });

  test('below a mount path the manifest is at path within it', async () => {
    const app = create();
    app.use('/admin', manifestRoute(keeper, { path: '/flags.json' }));

    expect((await request(app).get('/admin/flags.json')).body.gatekeeper).toBe(1);
    await request(app).get('/flags.json').expect(404);
  });

  test('an ETag gives a 304 to visitors as before, and never for a private page', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('NODE_ENV', 'production');
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags, allowOverrides: ({ headers }) => headers['x-user'] === 'ann' })));
    app.get('/', (req, res) => void res.send(gkOf(req).ffVariant('SEARCH')));
    const { headers } = await request(app).get('/').expect(200, 'EXACT');
    const conditions = { 'If-None-Match': String(headers.etag), 'X-User': 'ann' };
    const Cookie = (overrides: Readonly<Record<string, string>>) => ({
      ...conditions,
      Cookie: overrideCookie(overrides),
    });

    await request(app).get('/').set(conditions).expect(304);
    await request(app)
      .get('/')
      .set({ ...Cookie({ SEARCH: 'FUZZY' }), 'X-User': 'mallory' })
      .expect(304);
    for (const [overrides, page] of [
      [{ SEARCH: 'FUZZY' }, 'FUZZY'],
      [{}, 'EXACT'],
    ] as const) {
      const own = await request(app).get('/').set(Cookie(overrides)).expect(200, page);
      expect(own.headers.etag).toBeUndefined();
    }
    vi.stubEnv('NODE_ENV', 'development');
    const inDevelopment = await request(app).get('/').set(conditions).expect(200, 'EXACT');
    expect(inDevelopment.headers.etag).toBeUndefined();
  });

  test('decide receives the application, even a mounted one', async () => {
    const decide = (({ app }) => (app.locals.isDev ? 'ON' : undefined)) satisfies FlagDefinition['decide'];
    const local = createGatekeeper({ flags: { LOCAL: { variants: ['ON', 'OFF'], default: 'OFF', decide } } });
    const [app, inner] = [create(), create()];
    for (const one of [app, inner]) {
      one.use(gatekeeper(local));
      one.get('/page', (req, res) => void res.send(gkOf(req).ffVariant('LOCAL')));
    }
    inner.locals.isDev = true;
    app.use('/inner', inner);

    await request(app).get('/page').expect('OFF');
    await request(app).get('/inner/page').expect('ON');
  });

  test.each([
    { trusted: true, secure: true },
    { trusted: false, secure: false },
  ])('behind an https proxy that is trusted: $trusted, cookies are Secure: $secure', async ({ trusted, secure }) => {
    const app = create().set('trust proxy', trusted);
    app.use(gatekeeper(keeper), manifestRoute(keeper));
    app.get('/', (req, res) => {
      gkOf(req).setBrowserOverrideVariant('SEARCH', 'FUZZY');
      res.send('set');
    });
    const forwarded = { 'X-Forwarded-Proto': 'https' };

    const manifest = await request(app).get(PATH).set(forwarded);
    const page = await request(app).get('/').set(forwarded);

    expect(manifest.body.cookie.secure).toBe(secure);
    expect(page.headers['set-cookie']?.[0]?.endsWith('; Secure')).toBe(secure);
  });

  test('a cookie parser and a body parser work as before, in any order', async () => {
    const app = create();
    const parse = (req: IncomingMessage, _res: unknown, next: () => void) => {
      Object.assign(req, { cookies: { gatekeeper: 'replaced by a parser' } });
      next();
    };
    app.use(parse, gatekeeper(keeper), parse);
    app.get('/', (req, res) => void res.json([gkOf(req).ffVariant('SEARCH'), (req as { cookies?: object }).cookies]));

    await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ SEARCH: 'FUZZY' }))
      .expect(['FUZZY', { gatekeeper: 'replaced by a parser' }]);
  });

  test('a router with its own middleware gives the others no gate', async () => {
    const app = create();
    app.get('/with', gatekeeper(keeper), (req, res) => void res.send(gkOf(req).ffVariant('SEARCH')));
    app.get('/without', (req, res) => void res.send(String('gk' in req)));

    await request(app).get('/with').expect('EXACT');
    await request(app).get('/without').expect('false');
  });
}
