import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { gatekeeper, type Handler, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';
import type { Host, HostApp } from './host.ts';

const PATH = '/.well-known/gatekeeper.json';
const flags = defineFlags({
  SEARCH: { description: 'How to search', variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: ['ann'] } },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});
const keeper = createGatekeeper({ flags, name: 'Demo shop', environment: 'development' });

/** Exactly the headers of a manifest of `bytes` bytes, as supertest receives them. */
const headersOf = (bytes: number) => ({
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  vary: 'Cookie',
  'content-length': String(bytes),
  date: expect.any(String),
  connection: 'close',
});

/** Requests that may override get the manifest. */
export function manifestRouteContract({ create }: Host): void {
  function site(...handlers: readonly Handler[]): HostApp {
    const app = create();
    for (const handler of handlers) app.use(handler);
    app.use((req, res) => res.end(`the application's own ${req.method} ${req.url}`));
    return app;
  }

  test('a GET returns a valid manifest with exactly the headers of the protocol', async () => {
    const response = await request(site(gatekeeper(keeper), manifestRoute(keeper)))
      .get(PATH)
      .expect(200);

    expectValidManifest(response.body);
    expect(response.headers).toEqual(headersOf(Buffer.byteLength(response.text)));
    expect(response.body).toMatchObject({ gatekeeper: 1, app: 'Demo shop', flags: [{ name: 'SEARCH' }] });
    expect(response.text).not.toContain('SECRET');
  });

  test('a HEAD returns the same headers and no body', async () => {
    const app = site(gatekeeper(keeper), manifestRoute(keeper));
    const get = await request(app).get(PATH);

    const head = await request(app).head(PATH).expect(200);

    expect(head.headers).toEqual(headersOf(Buffer.byteLength(get.text)));
    expect(head.text).toBeUndefined();
  });

  test.each(['post', 'put', 'patch', 'delete', 'options'] as const)(
    'a %s gets the application’s own response',
    async (method) => {
      const app = site(gatekeeper(keeper), manifestRoute(keeper));

      await request(app)[method](PATH).expect(200, `the application's own ${method.toUpperCase()} ${PATH}`);
    },
  );

  test.each([
    { path: `${PATH}?`, found: true },
    { path: `${PATH}?gatekeeper=%7B%22SEARCH%22%3A%22FUZZY%22%7D`, found: true },
    { path: `${PATH}/`, found: false },
    { path: `${PATH}x`, found: false },
    { path: `/admin${PATH}`, found: false },
    { path: `/${PATH}`, found: false },
    { path: '/.well-known/Gatekeeper.json', found: false },
    { path: '/.well-known/', found: false },
    { path: '/', found: false },
    { path: `/?${PATH}`, found: false },
  ])('at $path there is a manifest: $found', async ({ path, found }) => {
    const { headers } = await request(site(gatekeeper(keeper), manifestRoute(keeper)))
      .get(path)
      .expect(200);

    expect(headers['content-type'] === 'application/json; charset=utf-8').toBe(found);
  });

  // RFC 9112, 3.2.2: clients send it to proxies, but every server must accept it.
  test.each([
    { target: `http://localhost${PATH}`, found: true },
    { target: `HTTP://localhost:8080${PATH}?x=http://a/b`, found: true },
    { target: `http://localhost/?${PATH}`, found: false },
    { target: 'http://localhost', found: false },
  ])('a request target in absolute form, $target, has a manifest: $found', async ({ target, found }) => {
    const { send } = await serveApp(site(gatekeeper(keeper), manifestRoute(keeper)));

    const { headers } = await send('GET', target);

    expect(headers['content-type'] === 'application/json; charset=utf-8').toBe(found);
  });

  test('a query sets no override', async () => {
    const app = site(gatekeeper(keeper), manifestRoute(keeper));

    const { body } = await request(app).get(`${PATH}?gatekeeper=%7B%22SEARCH%22%3A%22FUZZY%22%7D`);

    expect(body.flags[0]).toMatchObject({ current: 'EXACT', source: 'default' });
  });

  test('with another path it is only there, and not at the default path', async () => {
    const app = site(gatekeeper(keeper), manifestRoute(keeper, { path: '/flags.json' }));

    expect((await request(app).get('/flags.json')).body.gatekeeper).toBe(1);
    await request(app).get(PATH).expect(`the application's own GET ${PATH}`);
  });

  test('it works without the middleware, for no user', async () => {
    const { body } = await request(site(manifestRoute(keeper)))
      .get(PATH)
      .set('Cookie', overrideCookie({ SEARCH: 'FUZZY' }));

    expectValidManifest(body);
    expect(body.flags[0]).toMatchObject({ current: 'FUZZY', source: 'override', withoutOverride: 'EXACT' });
  });

  test('it is evaluated for the user and the cookies of its own request', async () => {
    const userId = (req: { headers: Record<string, unknown> }) => req.headers['x-user'] as string;
    const app = site(gatekeeper(keeper, { userId }), manifestRoute(keeper));

    const { body } = await request(app)
      .get(PATH)
      .set('X-User', 'ann')
      .set('Cookie', overrideCookie({ SEARCH: 'EXACT', OLD: 'ON' }));

    expectValidManifest(body);
    expect(body.flags[0]).toMatchObject({ current: 'EXACT', source: 'override', withoutOverride: 'FUZZY' });
    expect(body.overrides).toMatchObject({ applied: ['SEARCH'], ignored: [{ flag: 'OLD', code: 'unknown-flag' }] });
  });

  describe('in an application with CORS for every origin', () => {
    const cors: Handler = (_req, res, next) => {
      res.setHeader('Access-Control-Allow-Origin', 'https://evil.example');
      res.setHeader('Access-Control-Allow-Credentials', 'true');
      res.setHeader('access-control-expose-headers', '*');
      res.setHeader('Timing-Allow-Origin', '*');
      res.setHeader('Vary', 'Origin, Accept-Encoding');
      next();
    };

    test('the manifest is for its own origin, and Vary keeps what was there', async () => {
      const { headers } = await request(site(cors, gatekeeper(keeper), manifestRoute(keeper)))
        .get(PATH)
        .expect(200);

      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers.vary).toBe('Origin, Accept-Encoding, Cookie');
    });

    test('every other response keeps the headers of the application', async () => {
      const { headers } = await request(site(cors, gatekeeper(keeper), manifestRoute(keeper))).get('/');

      expect(headers['access-control-allow-origin']).toBe('https://evil.example');
      expect(headers.vary).toBe('Origin, Accept-Encoding');
    });
  });
}
