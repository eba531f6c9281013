import { createServer, type IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { flags, GRANT_PATH, grantingKeeper, OWN_REQUEST } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const OVERRIDES = { Cookie: overrideCookie({ SEARCH: 'FUZZY' }) };
const METHODS = [
  'writeHead',
  'setHeader',
  'getHeader',
  'getHeaders',
  'getHeaderNames',
  'getRawHeaderNames',
  'removeHeader',
  'appendHeader',
  'headersSent',
  'locals',
  'once',
  'on',
];
const middleware = () => gatekeeper(createGatekeeper({ flags, onError: () => {} }));

/** What a handler after the middleware does with its flags. */
function useFlags(request: IncomingMessage): string {
  const gk = gkOf(request);
  gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE');
  return `${gk.ffVariant('SEARCH')} ${gk.ffVariant('CHECKOUT')}`;
}

test.each(['websocket', 'polling'])(
  'socket.io over %s evaluates flags in its middleware, with the override',
  async (transport) => {
    const server = createServer();
    const io = new Server(server);
    const seen: string[] = [];
    io.engine.use(middleware());
    io.engine.use((req: IncomingMessage, _res: unknown, next: () => void) => {
      seen.push(useFlags(req));
      next();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const client = connect(`http://127.0.0.1:${port}`, {
      transports: [transport],
      extraHeaders: OVERRIDES,
      reconnection: false,
    });
    onTestFinished(async () => {
      client.disconnect();
      await io.close();
    });

    await new Promise((resolve, reject) =>
      client.once('connect', () => resolve(undefined)).once('connect_error', reject),
    );

    expect(client.connected).toBe(true);
    expect(seen[0]).toBe('FUZZY CLASSIC');
  },
);

function fail(): never {
  throw new Error('out of lamps');
}

const BROKEN = METHODS.flatMap((method) => [
  { method, value: undefined },
  ...(method === 'writeHead' ? [] : [{ method, value: fail }]),
]);

test.each(BROKEN)('with $value as $method, a response is served with its flags', async ({ method, value }) => {
  const app: RequestListener = (req, res) => {
    Object.defineProperty(res, method, { configurable: true, writable: true, value });
    let page = 'never evaluated';
    middleware()(req, res, () => {
      page = useFlags(req);
    });
    const changed = Object.getOwnPropertyDescriptor(res, method)?.value === value;
    if (changed) Reflect.deleteProperty(res, method); // Node needs it to send anything at all
    res.end(page);
  };
  expect(await rawResponse(app, 'GET /', OVERRIDES)).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nFUZZY CLASSIC$/);
});

test.each(METHODS)('without %s until the end, a response sends what it still can', async (method) => {
  const app: RequestListener = (req, res) => {
    if (method !== 'writeHead') Object.defineProperty(res, method, { value: undefined });
    middleware()(req, res, () => res.end(useFlags(req)));
  };

  expect(await rawResponse(app, 'GET /', OVERRIDES)).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nFUZZY CLASSIC$/);
});

test.each([['getHeaderNames', 'getHeaders'], ['getHeaders'], ['getRawHeaderNames'], ['appendHeader']])(
  'without %s, an overridden page is still private',
  async (...missing) => {
    const app: RequestListener = (req, res) => {
      for (const method of missing) Object.defineProperty(res, method, { value: undefined });
      middleware()(req, res, () => {
        const page = useFlags(req);
        res.writeHead(200, { 'Cache-Control': 'public' }).end(page);
      });
    };

    expect(await rawResponse(app, 'GET /', OVERRIDES)).toMatch(/\r\ncache-control: private, no-store\r\n/i);
  },
);

const FIXED: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
  ['sealed', (res) => Object.seal(res)],
  ['not extensible', (res) => Object.preventExtensions(res)],
  [
    'with a writeHead that cannot be set',
    (res) =>
      Object.defineProperty(res, 'writeHead', {
        get: () => ServerResponse.prototype.writeHead,
        set() {
          throw new Error('read-only');
        },
      }),
  ],
  [
    'with a writeHead that stays as it is',
    (res) => Object.defineProperty(res, 'writeHead', { get: () => ServerResponse.prototype.writeHead, set() {} }),
  ],
];

test.each(FIXED)('a response that is %s is served, and is private after the evaluation', async (_what, fix) => {
  const app: RequestListener = (req, res) => {
    res.setHeader('Cache-Control', 'public');
    Object.assign(res, { statusCode: 200, statusMessage: 'OK' }); // Node itself adds these properties
    fix(res);
    middleware()(req, res, () => res.end(useFlags(req)));
  };

  const answer = await rawResponse(app, 'GET /', OVERRIDES);
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nFUZZY CLASSIC$/);
  expect(answer).toMatch(/\r\ncache-control: private, no-store\r\n/i);
});

const throwing = () =>
  Object.defineProperties({}, Object.fromEntries(METHODS.map((name) => [name, { get: fail, set: fail }])));

test.each([
  { what: 'an empty object', response: () => ({}) },
  { what: 'a frozen object', response: () => Object.freeze({}) },
  { what: 'a frozen object with locals', response: () => Object.freeze({ locals: Object.freeze({}) }) },
  { what: 'an object without a prototype', response: () => Object.create(null) },
  { what: 'an object that throws whatever is read or set', response: throwing },
])('with $what as the response, the next handler runs with its flags', ({ response }) => {
  const ran: string[] = [];
  const request = { headers: { cookie: OVERRIDES.Cookie } } as IncomingMessage;

  middleware()(request, response(), () => ran.push(useFlags(request)));
  expect(ran).toEqual(['FUZZY CLASSIC']);
});

test.each([
  { what: 'no headers', request: () => ({}) },
  { what: 'headers that are null', request: () => ({ headers: null }) },
  { what: 'a list for a Cookie header', request: () => ({ headers: { cookie: [OVERRIDES.Cookie] } }) },
  { what: 'frozen headers', request: () => ({ headers: Object.freeze({ cookie: 'a=1', 'if-none-match': '"1"' }) }) },
])('a request with $what is served like that of a visitor', ({ request }) => {
  for (const environment of ['development', 'production']) {
    vi.stubEnv('NODE_ENV', environment);
    const ran: string[] = [];
    const visit = request() as unknown as IncomingMessage;
    const response = new ServerResponse(visit);

    gatekeeper(createGatekeeper({ flags, onError: () => {} }))(visit, response, () => ran.push(useFlags(visit)));
    response.writeHead(200);

    expect(ran).toEqual(['EXACT CLASSIC']);
  }
});

test('for a frozen request, the next handler runs', () => {
  const ran: unknown[] = [];
  const response = { locals: {} as { gk?: unknown } };

  middleware()(Object.freeze({ headers: {} }) as IncomingMessage, response as never, () =>
    ran.push(response.locals.gk),
  );

  expect(ran).toEqual([expect.objectContaining({ ff: expect.any(Function) })]);
});

test('the routes pass a stand-in, and a response that has started, to the application', () => {
  const keeper = grantingKeeper();
  const next: string[] = [];
  for (const response of [{}, { headersSent: true, setHeader() {}, end() {} }]) {
    for (const [handler, url, method] of [
      [manifestRoute(keeper), '/.well-known/gatekeeper.json', 'GET'],
      [grantRoute(keeper), GRANT_PATH, 'POST'],
    ] as const) {
      const request = { url, method, headers: { ...OWN_REQUEST, 'x-user': 'ann' } };
      handler(request as never, response as never, () => next.push(url));
    }
  }

  expect(next).toHaveLength(4);
});
