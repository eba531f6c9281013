import request from 'supertest';
import { expect, test } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';
import { gkOf, type Host, localsOf } from './host.ts';

const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: ['ann'] } },
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
});

/** Each request has its gate. */
export function gateContract({ create }: Host): void {
  test('each request has its gate, and templates have one with the same results', async () => {
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use((req, res) => {
      const [gate, forTemplates] = [gkOf(req), gkOf(localsOf(res))];
      res.end(
        `${gate.ff('SEARCH', 'FUZZY')} ${forTemplates.ff('SEARCH', 'FUZZY')} ${forTemplates.ffVariant('SEARCH')}`,
      );
    });

    await request(app).get('/').expect('false false EXACT');
    await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ SEARCH: 'FUZZY' }))
      .expect('true true FUZZY');
  });

  test('several Cookie fields are one header, and a comma does not separate cookies', async () => {
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use((req, res) => res.end(String(gkOf(req).ffVariant('SEARCH'))));
    const [first, second] = [overrideCookie({ SEARCH: 'FUZZY' }), overrideCookie({ SEARCH: 'EXACT' })];
    const bodyFor = async (cookie: string) =>
      (await rawResponse(app, 'GET /', { Cookie: cookie })).split('\r\n').at(-1);

    expect(await bodyFor(`a=1\r\nCookie: ${first}\r\nCookie: ${second}`)).toContain('FUZZY');
    expect(await bodyFor(`${second}\r\nCookie: ${first}`)).toContain('EXACT');
    expect(await bodyFor(`a=1, ${first}`)).toContain('EXACT');
  });

  test('concurrent requests have separate gates', async () => {
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use(async (req, res) => {
      await new Promise((later) => setTimeout(later, req.url === '/slow' ? 50 : 0));
      res.end(String(gkOf(req).ffVariant('SEARCH')));
    });

    await Promise.all([
      request(app)
        .get('/slow')
        .set('Cookie', overrideCookie({ SEARCH: 'FUZZY' }))
        .expect('FUZZY'),
      request(app).get('/').expect('EXACT'),
      request(app)
        .get('/')
        .set('Cookie', overrideCookie({ SEARCH: 'GONE' }))
        .expect('EXACT'),
    ]);
  });

  test('the middleware may run before the one that signs the user in', async () => {
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags }), { userId: (req) => (req as { user?: string }).user }));
    app.use((req, _res, next) => {
      gkOf(req).ff('CHECKOUT', 'CLASSIC'); // evaluated before the user is known
      next();
    });
    app.use((req, _res, next) => next(void Object.assign(req, { user: req.headers['x-user'] })));
    app.use((req, res) => res.end(String(gkOf(req).ffVariant('SEARCH'))));

    await request(app).get('/').set('X-User', 'ann').expect('FUZZY');
    await request(app).get('/').set('X-User', 'bob').expect('EXACT');
    await request(app).get('/').expect('EXACT');
  });

  test('decide receives the request, its session and the attributes of the options', async () => {
    const seen: unknown[] = [];
    const spying = defineFlags({
      SPY: {
        variants: ['ON', 'OFF'],
        default: 'OFF',
        decide: ({ userId, attributes, session, request: seenRequest }) => {
          seen.push(userId, attributes, session, (seenRequest as { readonly url: string }).url);
          return 'ON';
        },
      },
    });
    const app = create();
    app.use((req, _res, next) => next(void Object.assign(req, { session: { cart: 2 } })));
    const attributes = () => ({ plan: 'pro' });
    app.use('/own', gatekeeper(createGatekeeper({ flags: spying }), { userId: () => 7, attributes }));
    app.use('/other', gatekeeper(createGatekeeper({ flags: spying }), { session: () => ({ cart: 9 }) }));
    app.use((req, res) => res.end(String(gkOf(req).ffVariant('SPY'))));

    await request(app).get('/own/page').expect('ON');
    await request(app).get('/other/page').expect('ON');

    expect(seen.map((one) => JSON.parse(JSON.stringify(one ?? null)))).toEqual([
      ...[7, { plan: 'pro' }, { cart: 2 }, '/own/page'],
      ...[null, {}, { cart: 9 }, '/other/page'],
    ]);
  });

  test('an override is set in addition to the application’s cookies, once per response', async () => {
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use((req, res) => {
      res.setHeader('Set-Cookie', ['session=1; HttpOnly', 'theme=dark']);
      gkOf(req).setBrowserOverrideVariant('SEARCH', 'FUZZY');
      gkOf(localsOf(res)).setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE');
      res.end();
    });

    const { headers } = await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ OLD: 'ON' }));

    const changed = overrideCookie({ CHECKOUT: 'ONE_PAGE', OLD: 'ON', SEARCH: 'FUZZY' });
    const line = `${changed}; Path=/; Max-Age=604800; SameSite=Lax`;
    expect(headers['set-cookie']).toEqual(['session=1; HttpOnly', 'theme=dark', line]);
  });

  test('an override cannot be set after the response has started, and the response is not affected', async () => {
    const log = errorLog();
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags, ...log })));
    app.use((req, res) => {
      res.write('begun ');
      res.end(String(gkOf(req).setBrowserOverrideVariant('SEARCH', 'FUZZY')));
    });

    await request(app).get('/').expect(200, 'begun false');
    expect(log.codes).toEqual(['ERR_GK_OVERRIDE_NOT_SET']);
    expect(log.errors[0]?.message).toContain('before the first byte');
  });

  test('a flag can be evaluated after the response has ended', async () => {
    const app = create();
    const late = new Promise((answer) => {
      app.use(gatekeeper(createGatekeeper({ flags })));
      app.use((req, res) => {
        res.on('finish', () => setTimeout(() => answer(gkOf(req).ffVariant('SEARCH')), 5));
        res.end('done');
      });
    });

    await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ SEARCH: 'FUZZY' }))
      .expect('done');
    expect(await late).toBe('FUZZY');
  });

  test('a failing decide does not affect the page', async () => {
    const log = errorLog();
    const broken = { BROKEN: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'NO' as 'ON' } } as const;
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags: broken, ...log })));
    app.use((req, res) => res.end(String(gkOf(req).ffVariant('BROKEN'))));

    await request(app).get('/').expect(200, 'OFF');
    expect(log.codes).toEqual(['ERR_GK_DECIDE_VARIANT']);
  });
}
