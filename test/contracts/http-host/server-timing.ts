import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

/** A page lists the flags it used only for requests that may override and have the cookie. */
export function serverTimingContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site() {
    const calls: unknown[] = [];
    const allowOverrides = ({ headers }: { readonly headers: Record<string, unknown> }) => {
      calls.push(headers['x-user']);
      return headers['x-user'] === 'ann';
    };
    const keeper = createGatekeeper({ flags, allowOverrides });
    const app: HostApp = create();
    app.use(gatekeeper(keeper));
    app.use(manifestRoute(keeper));
    app.use('/silent', (_req, res) => res.end('silent'));
    app.use('/late', (req, res) => {
      res.write(`${gkOf(req).ffVariant('SEARCH')} `);
      res.end(gkOf(req).ffVariant('CHECKOUT'));
    });
    app.use('/hidden', (req, res) => res.end(gkOf(req).ffVariant('SECRET')));
    app.use('/large', (req, res) => {
      res.setHeader('Cache-Control', 'public');
      res.setHeader('X-Large', 'x'.repeat(Number(req.url?.split('?')[1])));
      res.end(`${gkOf(req).ffVariant('CHECKOUT')} ${gkOf(req).ffVariant('SEARCH')}`);
    });
    app.use((req, res) => {
      res.setHeader('Server-Timing', 'db;dur=5');
      res.end(`${gkOf(req).ffVariant('SECRET')} ${gkOf(req).ffVariant('CHECKOUT')} ${gkOf(req).ffVariant('SEARCH')}`);
    });
    const get = (path: string, user: string, cookie?: string) =>
      request(app)
        .get(path)
        .set({ 'X-User': user, ...(cookie === undefined ? {} : { Cookie: cookie }) });
    return { get, calls };
  }
  const COOKIE = overrideCookie({ SEARCH: 'FUZZY', SECRET: 'ON' });

  test('flags are listed after the application’s own entries, in the order of evaluation, without hidden ones', async () => {
    const { headers, text } = await site().get('/', 'ann', COOKIE);

    expect(text).toBe('ON CLASSIC FUZZY');
    expect(headers['server-timing']).toBe(
      'db;dur=5, gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="FUZZY override"',
    );
  });

  test.each([
    { what: 'without overrides, a wish to watch', overrides: {} },
    { what: 'whose override is ignored', overrides: { GONE: 'ON', SEARCH: 'GONE' } },
  ])('with a cookie $what, the page lists its flags and is private', async ({ overrides }) => {
    const { headers } = await site().get('/', 'ann', overrideCookie(overrides));

    expect(headers['server-timing']).toContain('gk.SEARCH;desc="EXACT default"');
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary).toBe('Cookie');
  });

  test('a flag that is evaluated after the first byte is not listed, and causes no error', async () => {
    const { headers, text } = await site().get('/late', 'ann', overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

    expect(text).toBe('EXACT ONE_PAGE');
    expect(headers['server-timing']).toBe('gk.SEARCH;desc="EXACT default"');
    expect(headers['cache-control']).toBe('private, no-store');
  });

  test('a page that evaluates only hidden flags lists none, and stays cacheable', async () => {
    const { headers } = await site().get('/hidden', 'ann', overrideCookie({}));

    expect(headers['server-timing']).toBeUndefined();
    expect(headers['cache-control']).toBeUndefined();
  });

  test('a page with large headers lists as many flags as fit, or none', async () => {
    const [some, none] = await Promise.all(
      ['/large?3000', '/large?3600'].map((path) => site().get(path, 'ann', overrideCookie({}))),
    );

    expect(some?.headers['server-timing']).toBe('gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="EXACT default"');
    expect(none?.headers['server-timing']).toBeUndefined();
    expect(none?.headers['cache-control']).toBe('public');
  });

  test.each([
    { who: 'a visitor without the cookie', user: 'ann', cookie: undefined, calls: [] },
    { who: 'a visitor with other cookies', user: 'ann', cookie: 'session=gatekeeper', calls: [] },
    { who: 'a visitor who may not', user: 'mallory', cookie: COOKIE, calls: ['mallory'] },
  ])('$who gets no list of flags, and the policy is called for $calls', async ({ user, cookie, calls }) => {
    const shop = site();

    const { headers } = await shop.get('/', user, cookie);

    expect(headers['server-timing']).toBe('db;dur=5');
    expect(shop.calls).toEqual(calls);
  });

  test('a page that evaluates no flag lists none, and the policy is not called', async () => {
    const shop = site();

    const { headers } = await shop.get('/silent', 'ann', COOKIE);

    expect(headers['server-timing']).toBeUndefined();
    expect(shop.calls).toEqual([]);
  });

  test('the manifest’s own response lists no flags, in production and in development', async () => {
    const shop = site();
    const production = await shop.get('/.well-known/gatekeeper.json', 'ann', COOKIE).expect(200);
    vi.stubEnv('NODE_ENV', 'development');
    const development = await shop.get('/.well-known/gatekeeper.json', 'bob', COOKIE).expect(200);

    expect([production, development].map(({ headers }) => headers['server-timing'])).toEqual([undefined, undefined]);
  });

  test('in development every page that evaluates flags lists them, without a cookie', async () => {
    vi.stubEnv('NODE_ENV', 'development');

    const { headers } = await site().get('/', 'nobody');

    expect(headers['server-timing']).toBe(
      'db;dur=5, gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="EXACT default"',
    );
  });
}
