import type { IncomingHttpHeaders } from 'node:http';
import express from 'express';
import { expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { propertyTimeout } from '../../arbitraries/mutations.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { ORIGIN, OWN_REQUEST } from '../../helpers/grants/granting-keeper.ts';
import { type InProcessRequest, inProcess } from '../../helpers/http/in-process.ts';
import { COOKIE_SITE, HOSTILE_COOKIES } from '../../helpers/protocol/hostile-cookies.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

// `GATEKEEPER_FUZZ=20` sends a million.
const REQUESTS = Math.ceil((50_000 / 3) * Number(process.env.GATEKEEPER_FUZZ ?? 1));
const PATHS = ['/', '/page', '/stream', '/.well-known/gatekeeper.json', '/gatekeeper/grant', '/nowhere'];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'GET', 'POST', 'DELETE', 'GET', 'GET', 'GET'];

/** A site with every kind of page; `errors` counts the calls of its error handler. */
function site(withGrants: boolean) {
  const errors: unknown[] = [];
  const grants = {
    keys: [{ kid: 'first', secret: Buffer.alloc(32, 7) }],
    origins: [ORIGIN],
    authorize: ({ headers }: { readonly headers: IncomingHttpHeaders }) =>
      headers['x-user'] === 'ann' ? { sub: 'ann', scope: '*' as const } : null,
  };
  const keeper = createGatekeeper({
    flags: COOKIE_SITE.flags as never,
    allowOverrides: ({ headers }) => headers['x-user'] === 'ann',
    onError: () => {},
    ...(withGrants ? { grants } : {}),
  });
  const app = express().disable('x-powered-by');
  app.use(gatekeeper(keeper), manifestRoute(keeper));
  if (withGrants) app.use(grantRoute(keeper));
  app.get('/stream', (req, res) => {
    res.write(`${gkOf(req).ffVariant('FLAG_A')} `);
    res.end(gkOf(req).ffVariant('FLAG_B'));
  });
  app.get('/{*page}', (req, res, next) => {
    if (req.path === '/nowhere') return next();
    const variants = Object.keys(COOKIE_SITE.flags).map((flag) => gkOf(req).ffVariant(flag));
    res.set('Cache-Control', 'public, max-age=60').json(variants);
  });
  const fail: express.ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error);
    res.status(599).end();
  };
  app.use(fail);
  return { app, errors };
}

test.each([
  { NODE_ENV: 'production', withGrants: true },
  { NODE_ENV: 'production', withGrants: false },
  { NODE_ENV: 'development', withGrants: false },
])(
  'every request gets its page, even if one in five is hostile ($NODE_ENV, grants: $withGrants)',
  {
    timeout: propertyTimeout(),
  },
  async ({ NODE_ENV, withGrants }) => {
    vi.stubEnv('NODE_ENV', NODE_ENV);
    const { app, errors } = site(withGrants);
    const send = inProcess(app);
    const statuses = new Map<number, number>();

    const rejections = await unhandledRejections(async () => {
      for (let at = 0; at < REQUESTS; at++) {
        const status = await send(requestAt(at, withGrants ? '__Host-gatekeeper' : 'gatekeeper'));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    vi.unstubAllEnvs();

    expect([errors, rejections]).toEqual([[], []]);
    expect([...statuses.keys()].filter((status) => ![200, 204, 404].includes(status))).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count)).toBe(REQUESTS);
    expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 2);
  },
);

/** One of the mixed requests; every fifth has a row of the table of hostile cookies, also under the name in use. */
function requestAt(at: number, name: string): InProcessRequest {
  const normal = at % 3 === 0 ? `${name}=%7B%22FLAG_A%22%3A%22ON%22%7D` : 'session=1';
  const hostile = at % 5 === 0 ? HOSTILE_COOKIES[(at / 5) % HOSTILE_COOKIES.length] : undefined;
  const cookie = hostile?.header.replace(hostile.name, at % 10 === 0 ? name : hostile.name) ?? normal;
  const own = at % 7 === 0 ? OWN_REQUEST : {};
  return {
    method: METHODS[at % METHODS.length] ?? 'GET',
    url: PATHS[at % PATHS.length] ?? '/',
    headers: { host: 'app.example.com', 'x-user': at % 2 === 0 ? 'ann' : 'bob', cookie, ...own },
  };
}
