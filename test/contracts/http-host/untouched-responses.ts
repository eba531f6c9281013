import request from 'supertest';
import { expect, test } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';
import { type ErrorHandler, gkOf, type Host, type HostApp, localsOf } from './host.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const COOKIE = { Cookie: overrideCookie({ SEARCH: 'FUZZY' }) };

/** An error whose stack does not contain the functions it passed. */
function failure(): Error {
  return Object.assign(new Error('out of lamps'), { stack: 'Error: out of lamps' });
}

/** Everything else in an application works as without the middleware. */
export function untouchedResponsesContract({ create }: Host): void {
  /** An application with many features, with or without the library. */
  function application(withFlags: boolean): HostApp {
    const app = create();
    if (withFlags) {
      app.use(gatekeeper(createGatekeeper({ flags })));
      app.use(manifestRoute(createGatekeeper({ flags })));
    }
    app.use('/plain', (_req, res) => res.end('hello'));
    app.use('/asks', (req, res) => res.end(withFlags ? gkOf(req).ffVariant('SEARCH') : 'FUZZY'));
    app.use('/headers', (_req, res) => {
      res.writeHead(203, {
        ETag: '"1"',
        'Cache-Control': 'public, max-age=60',
        Vary: 'Accept',
        'Set-Cookie': ['a=1', 'b=2'],
      });
      res.end('headers');
    });
    app.use('/stream', (_req, res) => {
      res.write('one ');
      setTimeout(() => res.write('two '), 5);
      setTimeout(() => res.end('three'), 10);
    });
    app.use('/empty', (_req, res) => res.writeHead(204).end());
    app.use('/throws', () => {
      throw failure();
    });
    app.use('/fails', (_req, _res, next) => next(failure()));
    app.use('/forbidden', (_req, _res, next) => next(Object.assign(failure(), { status: 403 })));
    return app;
  }

  test.each([
    'GET /plain',
    'HEAD /plain',
    'POST /plain',
    'GET /headers',
    'HEAD /headers',
    'GET /stream',
    'GET /empty',
    'GET /throws',
    'GET /fails',
    'GET /forbidden',
    'GET /nowhere',
    'DELETE /nowhere',
    'OPTIONS /plain',
    'GET /%E0%A4%A',
    'GET //plain',
    'GET /plain?gatekeeper=%7B%22SEARCH%22%3A%22FUZZY%22%7D',
  ])('%s gets the same bytes as without the library', async (line) => {
    const answer = await rawResponse(application(true), line, COOKIE);

    expect(answer).toMatch(/^HTTP\/1.1 \d{3} /);
    expect(answer).toBe(await rawResponse(application(false), line, COOKIE));
  });

  test('in development a page that evaluates flags differs only by the list of them and the privacy headers', async () => {
    const plain = await rawResponse(application(true), 'GET /asks');
    const overridden = await rawResponse(application(true), 'GET /asks', COOKIE);
    const without = await rawResponse(application(false), 'GET /asks');
    const ours = 'cache-control: private, no-store\r\nvary: Cookie\r\nserver-timing: gk.SEARCH;desc=';

    expect(plain).toBe(without.replace('\r\n', `\r\n${ours}"EXACT default"\r\n`).replace(/FUZZY$/, 'EXACT'));
    expect(overridden).toBe(without.replace('\r\n', `\r\n${ours}"FUZZY override"\r\n`));
  });

  test('middleware before and after it runs once, in order', async () => {
    const order: string[] = [];
    const app = create();
    app.use((_req, _res, next) => next(void order.push('before')));
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use((_req, _res, next) => next(void order.push('between')));
    app.use(manifestRoute(createGatekeeper({ flags })));
    app.use((_req, res) => res.end(String(order.push('after'))));

    await request(app).get('/').set(COOKIE).expect('3');
    expect(order).toEqual(['before', 'between', 'after']);
  });

  test('another middleware’s template variables stay', async () => {
    const app = create();
    app.use((_req, res, next) => {
      Object.assign(res, { locals: Object.assign(localsOf(res) ?? {}, { user: 'ann' }) });
      next();
    });
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use((_req, res) => res.end(`${localsOf(res).user} ${gkOf(localsOf(res)).ffVariant('SEARCH')}`));

    await request(app).get('/').expect('ann EXACT');
  });

  test('an error reaches the application’s own handler, which can evaluate flags', async () => {
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use(() => {
      throw failure();
    });
    const explain: ErrorHandler = (error, req, res, _next) => {
      res.statusCode = 418;
      res.end(`${(error as Error).message}: ${gkOf(req).ffVariant('SEARCH')}`);
    };
    app.use(explain);

    await request(app).get('/').expect(418, 'out of lamps: EXACT');
  });

  test('an error before the middleware skips it', async () => {
    const app = create();
    app.use((_req, _res, next) => next(failure()));
    app.use(gatekeeper(createGatekeeper({ flags })));
    const explain: ErrorHandler = (error, req, res, _next) => {
      res.end(`${(error as Error).message}: ${'gk' in req}`);
    };
    app.use(explain);

    await request(app).get('/').expect('out of lamps: false');
  });

  test('a mounted application has the same gate, or its own', async () => {
    const locked = { SEARCH: { ...flags.SEARCH, overridable: false } };
    const answer = (app: HostApp) => app.use((req, res) => res.end(`${req.url} ${gkOf(req).ffVariant('SEARCH')}`));
    const [app, inner, other] = [create(), create(), create()];
    answer(inner);
    other.use(gatekeeper(createGatekeeper({ flags: locked })));
    answer(other);
    app.use(gatekeeper(createGatekeeper({ flags })));
    app.use('/inner', inner);
    app.use('/other', other);
    answer(app);

    await request(app).get('/inner/page').set(COOKIE).expect('/page FUZZY');
    await request(app).get('/other/page').set(COOKIE).expect('/page EXACT');
    await request(app).get('/page').set(COOKIE).expect('/page FUZZY');
  });
}
