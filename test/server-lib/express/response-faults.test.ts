import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import express from 'express';
import request from 'supertest';
import { afterEach, expect, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { cookieOf, flags, GRANT_PATH, grantedCookies, grantingKeeper } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const COOKIE = { Cookie: overrideCookie({ SEARCH: 'FUZZY' }) };

function site() {
  const app = express().disable('x-powered-by');
  app.use(gatekeeper(createGatekeeper({ flags })));
  return app;
}

test('a visitor who disconnects before the response causes no error, and the page is rendered as usual', async () => {
  const app = site();
  const rendered: unknown[] = [];
  let calls = 0;
  app.get('/', async (req, res) => {
    calls += 1;
    await once(req.socket, 'close');
    rendered.push(gkOf(req).ffVariant('SEARCH'));
    res.set('Cache-Control', 'public').send('late');
  });
  const { port } = await serveApp(app);

  const rejections = await unhandledRejections(async () => {
    const socket = connectTo(port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${COOKIE.Cookie}\r\n\r\n`);
    await vi.waitFor(() => expect(calls).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(rendered).toEqual(['FUZZY']));
  });

  expect(rejections).toEqual([]);
});

test('a page that evaluates its first flag after the headers were sent is served completely', async () => {
  const app = site();
  app.get('/', (req, res) => {
    res.writeHead(200, { 'Cache-Control': 'public' });
    res.write('begun ');
    res.end(gkOf(req).ffVariant('SEARCH'));
  });

  const { text, headers } = await request(app).get('/').set(COOKIE).expect(200);

  expect(text).toBe('begun FUZZY');
  expect(headers['cache-control']).toBe('public'); // too late: docs/security.md, "Caches"
});

test('an error page with an override is private, too, whatever headers the failed page had set', async () => {
  const app = site();
  app.get('/', (req, res) => {
    gkOf(req).ff('SEARCH', 'FUZZY');
    res.set('Cache-Control', 'public');
    res.writeHead(9_999);
  });
  const fail: express.ErrorRequestHandler = (_error, req, res, _next) => {
    res.status(500).set('Cache-Control', 'public').send(gkOf(req).ffVariant('CHECKOUT'));
  };
  app.use(fail);

  const { headers, text } = await request(app).get('/').set(COOKIE).expect(500);

  expect(text).toBe('CLASSIC');
  expect(headers['cache-control']).toBe('private, no-store');
  expect(headers['server-timing']).toBe('gk.SEARCH;desc="FUZZY override", gk.CHECKOUT;desc="CLASSIC default"');
});

test('the response of a mounted application lists the flags of both gates', async () => {
  const [app, inner] = [site(), site()];
  inner.get('/', (req, res) => void res.send(gkOf(req).ffVariant('CHECKOUT')));
  app.use((req, _res, next) => next(void gkOf(req).ff('SEARCH', 'FUZZY')));
  app.use('/inner', inner);

  const { headers } = await request(app).get('/inner').set(COOKIE);

  expect(headers['server-timing']?.split(', ').sort()).toEqual([
    'gk.CHECKOUT;desc="CLASSIC default"',
    'gk.SEARCH;desc="FUZZY override"',
  ]);
  expect(headers['cache-control']).toBe('private, no-store');
});

test('a handler that throws after its response does not change the response', async () => {
  const app = site();
  app.get('/', async (req, res) => {
    res.send(gkOf(req).ffVariant('SEARCH'));
    throw new Error('too late');
  });
  const fail: express.ErrorRequestHandler = (_error, _req, _res, _next) => {};
  app.use(fail);

  await request(app).get('/').set(COOKIE).expect(200, 'FUZZY');
});

test.each([
  { jump: 'an hour on', days: 1 / 24, holds: true },
  { jump: 'a day on', days: 1, holds: false },
  { jump: 'a day back', days: -1, holds: false },
])('after a clock jump of $jump a grant is valid: $holds, and flags keep their variants', async ({ days, holds }) => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.useFakeTimers({ toFake: ['Date'] });
  const log = errorLog();
  const keeper = grantingKeeper();
  const issued = keeper.grants?.issue({ headers: { 'x-user': 'ann' } } as never);
  const cookie = grantedCookies({ SEARCH: 'FUZZY' }, cookieOf(issued?.setCookie));
  const visit = { headers: { cookie, 'x-user': 'ann' }, socket: {} } as never;
  const gate = () => keeper.gateFor({ cookie, mayOverride: keeper.adapter.permissionOf(visit) as never });
  expect([keeper.grants?.path, gate().ffVariant('SEARCH')]).toEqual([GRANT_PATH, 'FUZZY']);

  vi.setSystemTime(Date.now() + days * 86_400_000);

  expect(gate().ffVariant('SEARCH')).toBe(holds ? 'FUZZY' : 'EXACT');
  expect(gate().ffVariant('CHECKOUT')).toBe('CLASSIC');
  expect(manifestOf(keeper, gate()).overrides.state).toBe(holds ? 'enabled' : 'grant-required');
  expect(log.errors).toEqual([]);
});

test('the time for ten thousand flags, a thousand of them evaluated, grows at most linearly', async () => {
  const build = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`FLAG_${at}`, { variants: ['ON', 'OFF'], default: 'OFF' } as const]),
    );
  const keeper = createGatekeeper({ flags: build(10_000) });
  const app = express();
  app.use(gatekeeper(keeper), manifestRoute(keeper));
  let spent = Number.POSITIVE_INFINITY;
  app.get('/', (req, res) => {
    const begun = process.cpuUsage();
    for (let at = 0; at < 1_000; at++) gkOf(req).ff(`FLAG_${at * 10}`, 'ON');
    res.writeHead(200);
    const { user } = process.cpuUsage(begun);
    spent = Math.min(spent, user / 1_000);
    res.end();
  });

  for (let round = 0; round < 10; round++) {
    const { headers } = await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ FLAG_10: 'ON' }));
    expect(headers['server-timing']).toMatch(
      /^gk\.FLAG_0;desc="OFF default", gk\.FLAG_10;desc="ON override".*\+\d+ more"$/,
    );
  }
  const { body } = await request(app).get('/.well-known/gatekeeper.json');

  expect(body.flags).toHaveLength(10_000);
  expect(spent).toBeLessThan(20); // ms; about 1 on an idle machine
});
