import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type GatekeeperOptions } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

const PATH = '/.well-known/gatekeeper.json';
const RANDOM_PATH = '/.well-known/neverthere.json'; // of equal length, so that only the texts of the two responses can differ
const FORGED = { Cookie: `session=1; ${overrideCookie({ SEARCH: 'FUZZY', LOCKED: 'ON' })}` };

const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LOCKED: { variants: ['ON', 'OFF'], default: 'OFF', overridable: false },
});

/** In production, nothing reveals to other visitors that there are flags, and no cookie changes one. */
export function closedProductionContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site(options: Pick<GatekeeperOptions<typeof flags>, 'allowOverrides' | 'onError'> = {}): HostApp {
    const keeper = createGatekeeper({ flags, ...options });
    const app = create();
    app.use(gatekeeper(keeper));
    app.use(manifestRoute(keeper));
    app.use('/page', (req, res) => res.end(`${gkOf(req).ffVariant('SEARCH')} ${gkOf(req).ffVariant('LOCKED')}`));
    return app;
  }

  /** The same site without the library. */
  function siteWithoutFlags(): HostApp {
    const app = create();
    app.use('/page', (_req, res) => res.end('EXACT OFF'));
    return app;
  }

  test.each([
    { closedBy: 'nothing configured', options: {} },
    { closedBy: 'a policy that says no', options: { allowOverrides: () => false } },
    { closedBy: 'a policy that throws', options: { allowOverrides: () => JSON.parse('') as boolean } },
  ])(
    'with overrides off by $closedBy, a page has the same bytes with and without an override cookie',
    async ({ options }) => {
      const app = site({ ...options, onError: () => {} });

      const response = await rawResponse(app, 'GET /page', FORGED);

      expect(response).toContain('EXACT OFF');
      expect(response).toBe(await rawResponse(app, 'GET /page'));
      expect(response).toBe(await rawResponse(siteWithoutFlags(), 'GET /page'));
    },
  );

  test.each(['GET', 'HEAD', 'POST', 'OPTIONS'])(
    '%s of the manifest’s path is the application’s own 404',
    async (method) => {
      const app = site({ allowOverrides: () => false });

      const response = await rawResponse(app, `${method} ${PATH}`, FORGED);

      expect(response).toMatch(/^HTTP\/1.1 404 /);
      expect(response).toBe(await rawResponse(app, `${method} ${PATH}`));
      expect(response).toBe(
        (await rawResponse(app, `${method} ${RANDOM_PATH}`)).replaceAll('neverthere', 'gatekeeper'),
      );
      expect(response).toBe(await rawResponse(siteWithoutFlags(), `${method} ${PATH}`, FORGED));
    },
  );

  test('without options, no request header enables overrides', async () => {
    const app = site();
    const local = { Host: 'localhost', 'X-Forwarded-For': '127.0.0.1', Origin: 'http://localhost', ...FORGED };

    expect(await rawResponse(app, 'GET /page', local)).toBe(await rawResponse(app, 'GET /page'));
    expect(await rawResponse(app, `GET ${PATH}`, local)).toBe(await rawResponse(app, `GET ${PATH}`));
  });

  test('a policy permits only the intended user', async () => {
    const app = site({ allowOverrides: ({ headers }) => headers['x-user'] === 'ann' });

    await request(app)
      .get('/page')
      .set({ ...FORGED, 'X-User': 'ann' })
      .expect('FUZZY OFF');
    await request(app)
      .get('/page')
      .set({ ...FORGED, 'X-User': 'bob' })
      .expect('EXACT OFF');
    await request(app).get('/page').set(FORGED).expect('EXACT OFF');
    await request(app).get(PATH).set('X-User', 'ann').expect(200);
    await request(app).get(PATH).set('X-User', 'bob').expect(404);
  });

  test('an asynchronous policy permits no overrides, and onError says what to do', async () => {
    const log = errorLog();
    const app = site({ allowOverrides: (async () => true) as never, ...log });

    await request(app).get('/page').set(FORGED).expect('EXACT OFF');
    await request(app).get(PATH).expect(404);
    expect(log.codes).toEqual(['ERR_GK_POLICY_PROMISE', 'ERR_GK_POLICY_PROMISE']);
    expect(log.errors[0]?.message).toContain('in a middleware that runs before gatekeeper()');
  });

  test('a flag that the policy evaluates is not overridden by the cookie', async () => {
    const app = site({ allowOverrides: (req) => gkOf(req).ff('SEARCH', 'FUZZY') });

    await request(app).get('/page').set(FORGED).expect('EXACT OFF');
    await request(app).get(PATH).set(FORGED).expect(404);
  });

  test('the policy is called once per request, and only if the request has the cookie', async () => {
    let calls = 0;
    const allowOverrides = () => {
      calls += 1;
      return false;
    };
    const app = site({ allowOverrides });

    await request(app).get('/page').set('Cookie', 'session=1');
    await request(app).get('/');
    await request(app).post(PATH);
    expect(calls).toBe(0);
    await request(app).get('/page').set(FORGED);
    expect(calls).toBe(1);
    await request(app).get(PATH).set(FORGED);
    expect(calls).toBe(2);
  });
}
