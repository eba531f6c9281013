import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect, createServer, type Http2Server, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import connectApp from 'connect';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import {
  cookieOf,
  flags,
  GRANT_PATH,
  grantedCookies,
  grantingKeeper,
  OWN_REQUEST,
} from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function overHttp2(app: Listener): Promise<ClientHttp2Session> {
  const server: Http2Server = createServer(app as never).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  return session;
}

function send(session: ClientHttp2Session, headers: Readonly<Record<string, string>>) {
  return new Promise<{ readonly headers: IncomingHttpHeaders; readonly body: string }>((resolve, reject) => {
    const stream = session.request(headers);
    let answer: IncomingHttpHeaders = {};
    let body = '';
    stream.on('response', (given) => {
      answer = given;
    });
    stream.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    stream.on('end', () => resolve({ headers: answer, body })).on('error', reject);
    stream.end();
  });
}

const answer: Listener = (req, res) => {
  const caches = { 'cache-control': 'public', etag: '"1"' };
  if (req.url === '/object') res.writeHead(200, caches);
  if (req.url === '/list') res.writeHead(200, Object.entries(caches) as never);
  if (req.url === '/asks') res.setHeader('cache-control', 'public');
  const variant = String(gkOf(req).ffVariant('SEARCH'));
  if (req.url === '/stream') res.write(`${variant} `);
  res.end(variant);
};

test.each(['/asks', '/stream'])('over HTTP/2 an overridden page at %s is private and lists its flags', async (path) => {
  const middleware = gatekeeper(createGatekeeper({ flags }));
  const session = await overHttp2((req, res) => middleware(req, res, () => answer(req, res)));

  const { headers, body } = await send(session, { ':path': path, cookie: overrideCookie({ SEARCH: 'FUZZY' }) });

  expect(body).toMatch(/^FUZZY/);
  expect(headers).toMatchObject({
    ':status': 200,
    'cache-control': 'private, no-store',
    vary: 'Cookie',
    'server-timing': 'gk.SEARCH;desc="FUZZY override"',
  });
});

test.each(['/object', '/list'])('over HTTP/2 the headers passed to writeHead at %s are replaced', async (path) => {
  const app = connectApp();
  app.use(gatekeeper(createGatekeeper({ flags })));
  app.use((req, _res, next) => next(void gkOf(req).ff('SEARCH', 'FUZZY')));
  app.use(answer);
  const session = await overHttp2(app as Listener);

  const { headers } = await send(session, { ':path': path, cookie: overrideCookie({ SEARCH: 'FUZZY' }) });

  expect(headers['cache-control']).toBe('private, no-store');
  expect(headers.etag).toBeUndefined();
});

test('over HTTP/2, headers that cannot be sent are restored, and the error page is private', async () => {
  const middleware = gatekeeper(createGatekeeper({ flags }));
  const left: unknown[] = [];
  const session = await overHttp2((req, res) =>
    middleware(req, res, () => {
      gkOf(req).ff('SEARCH', 'FUZZY');
      res.setHeader('x-set', 'as it was');
      try {
        res.writeHead(200, { 'content-length': '5', 'x-set': 'other', ':path': '/' });
      } catch (error) {
        left.push({ ...res.getHeaders() });
        res.end((error as Error).name);
      }
    }),
  );

  const { headers, body } = await send(session, { ':path': '/', cookie: overrideCookie({ SEARCH: 'FUZZY' }) });

  expect(left).toEqual([{ 'x-set': 'as it was' }]);
  expect([body, headers['x-set'], headers['content-length']]).toEqual(['TypeError', 'as it was', undefined]);
  expect(headers['cache-control']).toBe('private, no-store');
});

test('over HTTP/2, a grant is issued, used and revoked', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  const keeper = grantingKeeper();
  const app = connectApp();
  for (const handler of [gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper)]) app.use(handler);
  app.use(answer);
  const session = await overHttp2(app as Listener);
  const own = { ...OWN_REQUEST, 'x-user': 'ann', ':path': GRANT_PATH };

  const given = await send(session, { ...own, ':method': 'POST' });
  const cookie = grantedCookies({ SEARCH: 'FUZZY' }, cookieOf(given.headers['set-cookie']?.[0]));
  const page = await send(session, { ':path': '/asks', cookie });
  const manifest = await send(session, { ':path': '/.well-known/gatekeeper.json', cookie });
  const back = await send(session, { ...own, ':method': 'DELETE' });
  const forged = await send(session, { ...own, ':method': 'POST', origin: 'https://evil.example' });

  expect([given, page, manifest, back].map(({ headers }) => headers[':status'])).toEqual([200, 200, 200, 204]);
  expect(page.body).toBe('FUZZY');
  expect(JSON.parse(manifest.body).overrides).toMatchObject({ state: 'enabled', applied: ['SEARCH'] });
  expect(forged.headers['set-cookie']).toBeUndefined();
});

test('a stream that the client resets has no effect', async () => {
  const middleware = gatekeeper(createGatekeeper({ flags }));
  const done: Promise<unknown>[] = [];
  const session = await overHttp2((req, res) => {
    const isReset = new Promise((resolve) => res.once('close', resolve));
    done.push(isReset.then(() => middleware(req, res, () => answer(req, res))));
  });

  const rejections = await unhandledRejections(async () => {
    for (const path of ['/asks', '/stream', '/object', '/list']) {
      const before = done.length;
      const stream = session.request({ ':path': path, cookie: overrideCookie({ SEARCH: 'FUZZY' }) });
      stream.on('error', () => {}).end();
      await vi.waitFor(() => expect(done.length).toBeGreaterThan(before));
      stream.close(8);
    }
    await Promise.all(done);
  });

  expect([done.length, rejections]).toEqual([4, []]);
});
