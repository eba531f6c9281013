import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import session from 'express-session';
import helmet from 'helmet';
import onHeaders from 'on-headers';
import request from 'supertest';
import { afterEach, expect, test, vi } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const LONG = 'lamp '.repeat(1_000);
const OURS = 'gk.SEARCH;desc="FUZZY override"';
const COOKIE = { Cookie: overrideCookie({ SEARCH: 'FUZZY' }) };
const gate = (): RequestHandler => gatekeeper(createGatekeeper({ flags })) as RequestHandler;
const zip = compression({ threshold: 0 });
const withSession = session({ secret: 'a secret for this test', resave: false, saveUninitialized: true });

function site(...handlers: readonly RequestHandler[]): Express {
  const app = express().disable('x-powered-by');
  app.use(...handlers);
  app.get('/', (req, res) => void res.set('Cache-Control', 'public').send(`${gkOf(req).ffVariant('SEARCH')} ${LONG}`));
  app.get('/stream', async (req, res) => {
    res.write(`${gkOf(req).ffVariant('SEARCH')} `);
    await new Promise((later) => setTimeout(later, 5));
    res.end(LONG);
  });
  return app;
}

const ORDERS: readonly (readonly [string, () => Express])[] = [
  ['compression before it', () => site(zip, gate())],
  ['compression after it', () => site(gate(), zip)],
  ['helmet before it', () => site(helmet(), gate())],
  ['helmet after it', () => site(gate(), helmet())],
  ['express-session before it', () => site(withSession, gate())],
  ['express-session after it', () => site(gate(), withSession)],
  ['all three before it', () => site(zip, helmet(), withSession, gate())],
  ['all three after it', () => site(gate(), zip, helmet(), withSession)],
];

test.each(ORDERS)('with %s, an overridden page is complete, private and lists its flags', async (_order, create) => {
  for (const path of ['/', '/stream']) {
    const { headers, text, status } = await request(create()).get(path).set(COOKIE).set('Accept-Encoding', 'gzip');

    expect([status, text]).toEqual([200, `FUZZY ${LONG}`]);
    expect(headers['server-timing']).toBe(OURS);
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary?.split(', ')).toContain('Cookie');
    expect(headers.etag).toBeUndefined();
  }
});

const atHead =
  (change: (response: ServerResponse) => void): RequestHandler =>
  (_req, res, next) => {
    onHeaders(res, () => change(res));
    next();
  };

const POLICIES: readonly (readonly [string, RequestHandler])[] = [
  ['sets Cache-Control', atHead((res) => res.setHeader('Cache-Control', 'public, max-age=600'))],
  [
    'sets validators',
    atHead((res) => res.setHeader('ETag', '"1"').setHeader('Last-Modified', new Date().toUTCString())),
  ],
  ['sets a header for a CDN', atHead((res) => res.setHeader('Surrogate-Control', 'max-age=600'))],
  ['adds to Cache-Control', atHead((res) => res.appendHeader('Cache-Control', 'max-age=600'))],
  ['replaces Vary', atHead((res) => res.setHeader('Vary', 'Accept'))],
  [
    'removes headers',
    atHead((res) => {
      res.removeHeader('Cache-Control');
      res.removeHeader('Vary');
    }),
  ],
  [
    'hands headers to writeHead',
    (_req, res, next) => {
      const { writeHead } = res;
      res.writeHead = ((status: number) =>
        writeHead.call(res, status, { 'Cache-Control': 'public', ETag: '"1"' })) as never;
      next();
    },
  ],
];

test.each(POLICIES)(
  'an earlier middleware that %s when the headers are sent makes no overridden page public',
  async (_what, policy) => {
    const { headers } = await request(site(policy, gate())).get('/').set(COOKIE);

    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary?.split(', ')).toContain('Cookie');
    expect([headers.etag, headers['last-modified'], headers['surrogate-control']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  },
);

test('a response keeps its own setHeader after its headers are sent', async () => {
  const methods: unknown[] = [];
  const app = site(
    atHead(() => {}),
    gate(),
    (_req, res, next) => {
      res.on('finish', () =>
        methods.push(...['setHeader', 'appendHeader', 'removeHeader'].filter((name) => Object.hasOwn(res, name))),
      );
      next();
    },
  );

  await request(app).get('/').set(COOKIE);

  expect(methods).toEqual([]);
});

test.each(ORDERS)('with %s, the headers of other middleware are the same as without it', async (_order, create) => {
  vi.stubEnv('NODE_ENV', 'production');
  const nothing: RequestHandler = (req, _res, next) =>
    next(void Object.assign(req, { gk: { ffVariant: () => 'EXACT' } }));
  const ours = await request(create()).get('/').set('Accept-Encoding', 'gzip');
  const alone = site(
    ...(_order.includes('compression') || _order.includes('three') ? [zip] : []),
    ...(_order.includes('helmet') || _order.includes('three') ? [helmet() as RequestHandler] : []),
    ...(_order.includes('session') || _order.includes('three') ? [withSession] : []),
    nothing,
  );

  const theirs = await request(alone).get('/').set('Accept-Encoding', 'gzip');

  const { 'set-cookie': cookies, date: _date, ...rest } = ours.headers;
  const { 'set-cookie': theirCookies, date: _theirDate, ...theirRest } = theirs.headers;
  expect(cookies?.length).toBe(theirCookies?.length);
  expect(rest).toEqual(theirRest);
});

test('a compressed page decompresses to the page that was sent', async () => {
  const { body, headers } = await request(site(gate(), zip))
    .get('/')
    .set(COOKIE)
    .set('Accept-Encoding', 'gzip')
    .buffer(true)
    .parse((res, done) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part)).on('end', () => done(null, Buffer.concat(parts)));
    });

  expect(headers['content-encoding']).toBe('gzip');
  const text = (body as Buffer)[0] === 0x1f ? gunzipSync(body as Buffer).toString() : String(body);
  expect(text).toBe(`FUZZY ${LONG}`);
});

test.each(ORDERS)(
  'with %s, a page with long headers and many flags stays within 3,500 bytes',
  async (_order, create) => {
    const many = Object.fromEntries(
      Array.from({ length: 80 }, (_, at) => [`FLAG_${at}`, { variants: ['ON', 'OFF'], default: 'OFF' } as const]),
    );
    const app = express().disable('x-powered-by');
    app.use(gatekeeper(createGatekeeper({ flags: many })) as RequestHandler, (req, res, next) => {
      for (const name of Object.keys(many)) gkOf(req).ff(name, 'ON');
      res.set('X-Large', 'x'.repeat(1_000));
      next();
    });
    app.use(create());

    const response = await rawResponse(app, 'GET /', { ...COOKIE, 'Accept-Encoding': 'gzip' });

    expect(response.indexOf('\r\n\r\n') + 4).toBeLessThanOrEqual(3_500);
    expect(response).toMatch(/gk;desc="\+\d+ more"/);
  },
);

test('a HEAD has the headers of the GET', async () => {
  const app = site(gate());

  const [get, head] = [await request(app).get('/').set(COOKIE), await request(app).head('/').set(COOKIE)];

  expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
  expect(head.text).toBeUndefined();
});
