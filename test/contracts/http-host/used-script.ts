import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, type GatekeeperError } from '../../../server-lib/index.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf, type Host, type HostApp, localsOf } from './host.ts';

/** A page lists its flags in an element only for requests whose `Server-Timing` may list them, and is private then. */
export function usedScriptContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site() {
    const errors: GatekeeperError[] = [];
    const keeper = createGatekeeper({
      flags,
      allowOverrides: ({ headers }: { readonly headers: Record<string, unknown> }) => headers['x-user'] === 'ann',
      onError: (error) => void errors.push(error),
    });
    const app: HostApp = create();
    app.use(gatekeeper(keeper));
    app.use((_req, res, next) => {
      res.setHeader('Cache-Control', 'public, max-age=60');
      res.setHeader('ETag', '"1"');
      next();
    });
    app.use('/large', (req, res) => {
      res.setHeader('X-Large', 'x'.repeat(3_600)); // no room for Server-Timing
      gkOf(req).ff('SEARCH', 'FUZZY');
      res.end(gkOf(req).usedScript());
    });
    app.use('/streamed', (req, res) => {
      gkOf(req).usedScript();
      res.write('<p>');
      gkOf(req).ff('SEARCH', 'FUZZY');
      res.end(gkOf(localsOf(res)).usedScript());
    });
    app.use('/late', (req, res) => {
      res.write('<p>');
      gkOf(req).ff('SEARCH', 'FUZZY');
      res.end(gkOf(req).usedScript());
    });
    app.use('/late-and-private', (req, res) => {
      res.setHeader('Cache-Control', 'no-cache, Private');
      res.write('<p>');
      gkOf(req).ff('SEARCH', 'FUZZY');
      res.end(gkOf(req).usedScript());
    });
    const get = (path: string, user: string, cookie = '') =>
      request(app).get(path).set({ 'X-User': user, Cookie: cookie });
    return { get, errors };
  }
  const ELEMENT = '<script type="application/json" id="gatekeeper-used">{"SEARCH":"EXACT default"}</script>';
  const WATCHING = overrideCookie({});

  test('a page that evaluates flags while it is streamed lists them, and is private', async () => {
    const { get, errors } = site();

    const { text, headers } = await get('/streamed', 'ann', WATCHING);

    expect(text).toBe(`<p>${ELEMENT}`);
    expect([headers['cache-control'], headers.vary, headers.etag]).toEqual(['private, no-store', 'Cookie', undefined]);
    expect(headers['server-timing']).toBeUndefined();
    expect(errors).toEqual([]);
  });

  test('a page whose headers have no room for Server-Timing is private because of its element', async () => {
    const { text, headers } = await site().get('/large', 'ann', WATCHING);

    expect(text).toBe(ELEMENT);
    expect([headers['server-timing'], headers['cache-control']]).toEqual([undefined, 'private, no-store']);
  });

  test.each([
    { who: 'a visitor without the cookie', user: 'ann', cookie: 'session=1' },
    { who: 'a visitor who may not override', user: 'mallory', cookie: overrideCookie({ SEARCH: 'FUZZY' }) },
  ])('$who gets no element, and the page stays as the application wrote it', async ({ user, cookie }) => {
    const { get, errors } = site();

    const { text, headers } = await get('/streamed', user, cookie);

    expect(text).toBe('<p>');
    expect([headers['cache-control'], headers.etag, headers.vary]).toEqual(['public, max-age=60', '"1"', undefined]);
    expect(errors).toEqual([]);
  });

  test.each([
    { path: '/late', codes: ['ERR_GK_USED_SCRIPT'] },
    { path: '/late-and-private', codes: [] },
  ])(
    'on $path, where the first flag is evaluated after the headers, the errors are $codes',
    async ({ path, codes }) => {
      const { get, errors } = site();

      const { text } = await get(path, 'ann', WATCHING);

      expect(text).toBe(`<p>${ELEMENT}`);
      expect(errors.map(({ code }) => code)).toEqual(codes);
    },
  );

  test('in development every page lists its flags, without a cookie', async () => {
    vi.stubEnv('NODE_ENV', 'development');

    const { text, headers } = await site().get('/streamed', 'nobody');

    expect(text).toBe(`<p>${ELEMENT}`);
    expect(headers['cache-control']).toBe('private, no-store');
  });
}
