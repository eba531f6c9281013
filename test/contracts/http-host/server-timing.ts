import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

/** A page says which flags it used, to whom may override and has the cookie, and to nobody else. */
export function serverTimingContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site() {
    const asked: unknown[] = [];
    const allowOverrides = ({ headers }: { readonly headers: Record<string, unknown> }) => {
      asked.push(headers['x-user']);
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
    return { get, asked };
  }
  const COOKIE = overrideCookie({ SEARCH: 'FUZZY', SECRET: 'ON' });

  test('after the application’s own, each flag in the order it was asked, hidden ones left out', async () => {
    const { headers, text } = await site().get('/', 'ann', COOKIE);

    expect(text).toBe('ON CLASSIC FUZZY');
    expect(headers['server-timing']).toBe(
      'db;dur=5, gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="FUZZY override"',
    );
  });

  test.each([
    { what: 'without overrides, a wish to watch', overrides: {} },
    { what: 'whose override is ignored', overrides: { GONE: 'ON', SEARCH: 'GONE' } },
  ])('with a cookie $what, the page names its flags, and is for its reader alone', async ({ overrides }) => {
    const { headers } = await site().get('/', 'ann', overrideCookie(overrides));

    expect(headers['server-timing']).toContain('gk.SEARCH;desc="EXACT default"');
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary).toBe('Cookie');
  });

  test('a flag asked after the first byte is not named, and costs nothing', async () => {
    const { headers, text } = await site().get('/late', 'ann', overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

    expect(text).toBe('EXACT ONE_PAGE');
    expect(headers['server-timing']).toBe('gk.SEARCH;desc="EXACT default"');
    expect(headers['cache-control']).toBe('private, no-store');
  });

  test('a page that evaluates hidden flags only names none, and stays cacheable', async () => {
    const { headers } = await site().get('/hidden', 'ann', overrideCookie({}));

    expect(headers['server-timing']).toBeUndefined();
    expect(headers['cache-control']).toBeUndefined();
  });

  test('a page with large headers of its own names what there is room for, or nothing', async () => {
    const [some, none] = await Promise.all(
      ['/large?3000', '/large?3600'].map((path) => site().get(path, 'ann', overrideCookie({}))),
    );

    expect(some?.headers['server-timing']).toBe('gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="EXACT default"');
    expect(none?.headers['server-timing']).toBeUndefined();
    expect(none?.headers['cache-control']).toBe('public');
  });

  test.each([
    { who: 'a visitor without the cookie', user: 'ann', cookie: undefined, asked: [] },
    { who: 'a visitor with other cookies', user: 'ann', cookie: 'session=gatekeeper', asked: [] },
    { who: 'a visitor who may not', user: 'mallory', cookie: COOKIE, asked: ['mallory'] },
  ])('$who gets no word of flags, and the policy is asked about $asked', async ({ user, cookie, asked }) => {
    const shop = site();

    const { headers } = await shop.get('/', user, cookie);

    expect(headers['server-timing']).toBe('db;dur=5');
    expect(shop.asked).toEqual(asked);
  });

  test('a page that asks no flag says nothing, and nobody is asked about it', async () => {
    const shop = site();

    const { headers } = await shop.get('/silent', 'ann', COOKIE);

    expect(headers['server-timing']).toBeUndefined();
    expect(shop.asked).toEqual([]);
  });

  test('the manifest’s own response says nothing of flags, in production and in development', async () => {
    const shop = site();
    const production = await shop.get('/.well-known/gatekeeper.json', 'ann', COOKIE).expect(200);
    vi.stubEnv('NODE_ENV', 'development');
    const development = await shop.get('/.well-known/gatekeeper.json', 'bob', COOKIE).expect(200);

    expect([production, development].map(({ headers }) => headers['server-timing'])).toEqual([undefined, undefined]);
  });

  test('in development every page that asks says so, without a cookie', async () => {
    vi.stubEnv('NODE_ENV', 'development');

    const { headers } = await site().get('/', 'nobody');

    expect(headers['server-timing']).toBe(
      'db;dur=5, gk.CHECKOUT;desc="CLASSIC default", gk.SEARCH;desc="EXACT default"',
    );
  });
}
