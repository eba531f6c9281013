import Koa from 'koa';
import conditional from 'koa-conditional-get';
import etag from 'koa-etag';
// @ts-expect-error its types are those of the newest version
import Koa2 from 'koa2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { gatekeeper, grantRoute, manifestRoute, visitorCookie } from '../../../../server-lib/koa.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { flags } from '../../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { serveApp } from '../../../helpers/http/serve-app.ts';

const MANIFEST = '/.well-known/gatekeeper.json';
const ANN = { 'x-user': 'ann', cookie: overrideCookie({ SEARCH: 'FUZZY' }) };
const MALLORY = { ...ANN, 'x-user': 'mallory' };

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const keeper = createGatekeeper({ flags, allowOverrides: (ctx) => (ctx as Koa.Context).get('x-user') === 'ann' });

describe.each([
  { version: 'Koa 3', create: () => new Koa() },
  { version: 'Koa 2', create: () => new Koa2() as unknown as Koa },
])('on $version', ({ create }) => {
  function site(...before: readonly Koa.Middleware[]) {
    const app = create();
    app.silent = true;
    for (const middleware of before) app.use(middleware);
    return app.use(gatekeeper(keeper)).use(manifestRoute(keeper));
  }
  const served = (app: Koa) => serveApp(app.callback());

  test('templates have the gate in ctx.state, and the manifest is served', async () => {
    const app = site().use((ctx) => {
      const { gk } = ctx.state;
      ctx.body = gk.ffVariant('SEARCH');
    });
    const { send } = await served(app);

    expect((await send('GET', '/', { headers: ANN })).body).toBe('FUZZY');
    const manifest = await send('GET', MANIFEST, { headers: ANN });
    expect(JSON.parse(manifest.body)).toMatchObject({ gatekeeper: 1, overrides: { applied: ['SEARCH'] } });
    expect(manifest.headers['content-type']).toBe('application/json; charset=utf-8');
    const head = await send('HEAD', MANIFEST, { headers: ANN });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      String(Buffer.byteLength(manifest.body)),
    ]);
  });

  test('ctx.throw keeps the privacy of the page and the cookie of an override, and removes the others', async () => {
    const app = site().use((ctx) => {
      ctx.set({ 'Cache-Control': 'public', 'Set-Cookie': 'session=1' });
      ctx.gk.ff('SEARCH', 'FUZZY');
      ctx.gk.setBrowserOverrideVariant('SEARCH', '');
      ctx.gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE');
      ctx.throw(418, 'out of lamps');
    });
    const { send } = await served(app);

    const { status, headers, body } = await send('GET', '/', { headers: ANN });

    expect([status, body]).toEqual([418, 'out of lamps']);
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      vary: 'Cookie',
      'server-timing': 'gk.SEARCH;desc="FUZZY override"',
      'set-cookie': [`${overrideCookie({ CHECKOUT: 'ONE_PAGE' })}; Path=/; Max-Age=604800; SameSite=Lax`],
    });
  });

  test('the error page of a visitor has the visitor’s cookie', async () => {
    const rules = {
      flags: {
        SEARCH: {
          state: 'ENABLED',
          variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' },
          defaultVariant: 'EXACT',
          targeting: {
            fractional: [
              ['EXACT', 50],
              ['FUZZY', 50],
            ],
          },
        },
      },
    };
    const app = create();
    app.silent = true;
    app.use(gatekeeper(createGatekeeper({ flags, rules }), { visitorId: visitorCookie() }));
    app.use((ctx) => ctx.throw(404, String(ctx.gk.ffVariant('SEARCH'))));
    const { send } = await served(app);

    const first = await send('GET', '/');
    const cookie = String(first.headers['set-cookie']?.[0]).split(';', 1)[0];
    const again = await send('GET', '/', { headers: { cookie } });

    expect(first.headers['set-cookie']).toHaveLength(1);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toBe(first.body);
  });

  test('a response that the application writes itself is private, too', async () => {
    const app = site().use((ctx) => {
      ctx.respond = false;
      const page = ctx.gk.ffVariant('SEARCH');
      ctx.res.writeHead(200, { 'Cache-Control': 'public', ETag: '"1"' });
      ctx.res.end(page);
    });
    const { send } = await served(app);

    const { body, headers } = await send('GET', '/', { headers: ANN });

    expect([body, headers['cache-control'], headers.etag]).toEqual(['FUZZY', 'private, no-store', undefined]);
  });

  test('koa-etag and koa-conditional-get give a visitor a 304, and a tester the page', async () => {
    const app = site(conditional(), etag()).use((ctx) => {
      ctx.body = ctx.gk.ffVariant('SEARCH');
    });
    const { send } = await served(app);
    const { headers } = await send('GET', '/');
    const condition = { 'if-none-match': String(headers.etag) };

    const [visitor, tester, watching] = [
      await send('GET', '/', { headers: condition }),
      await send('GET', '/', { headers: { ...ANN, ...condition } }),
      await send('GET', '/', { headers: { 'x-user': 'ann', cookie: overrideCookie({}), ...condition } }),
    ];

    expect(visitor.status).toBe(304);
    expect([tester.status, tester.body, tester.headers.etag]).toEqual([200, 'FUZZY', undefined]);
    expect([watching.status, watching.body, watching.headers.etag]).toEqual([200, 'EXACT', undefined]);
    expect((await send('GET', MANIFEST, { headers: ANN })).headers.etag).toBeUndefined();
  });

  test('a refused request for the manifest gets what an unknown path gets', async () => {
    const { send } = await served(site());
    const unknown = MANIFEST.replace('gatekeeper', 'neverthere');

    for (const method of ['GET', 'HEAD', 'POST'])
      expect(await send(method, MANIFEST, { headers: MALLORY })).toEqual(
        await send(method, unknown, { headers: MALLORY }),
      );
    expect((await send('POST', MANIFEST, { headers: ANN })).status).toBe(404);
  });

  test('an override that is set after the head was sent is reported, and the page is not affected', async () => {
    const log = errorLog();
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags, ...log })));
    app.use((ctx) => {
      ctx.respond = false;
      ctx.res.write('begun ');
      ctx.res.end(String(ctx.gk.setBrowserOverrideVariant('SEARCH', 'FUZZY')));
    });
    const { send } = await served(app);

    expect((await send('GET', '/')).body).toBe('begun false');
    expect(log.codes).toEqual(['ERR_GK_OVERRIDE_NOT_SET']);
  });

  test.each([gatekeeper, manifestRoute, grantRoute])('app.use($name) throws at once', (middleware) => {
    expect(() => create().use(middleware as never)).toThrow(`write app.use(${middleware.name}(keeper))`);
    expect(() => middleware(flags as never)).toThrow(`${middleware.name}: expected a keeper`);
  });

  test.each([true, false])('with app.proxy %s, the cookie of an override is Secure behind https', async (proxy) => {
    const app = site().use((ctx) => {
      ctx.body = ctx.gk.setBrowserOverrideVariant('SEARCH', 'FUZZY');
    });
    app.proxy = proxy;
    const { send } = await served(app);

    const { headers } = await send('GET', '/', { headers: { 'x-user': 'ann', 'x-forwarded-proto': 'https' } });

    expect(headers['set-cookie']?.[0]?.endsWith('; Secure')).toBe(proxy);
  });
});
