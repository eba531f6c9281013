import type { IncomingMessage, ServerResponse } from 'node:http';
import connect from 'connect';
import { FIXTURE, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { gatekeeper, grantRoute, manifestRoute, ofrepRoute, overridePage } from '../../../server-lib/express.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageOf, userOf } from '../definitions.ts';
import { nodeHost, portOf } from '../node-host.ts';

export const host = nodeHost({ name: 'Connect', module: 'connect' });

/** Serves a site on a free port. */
export function serve(site: SiteName): Promise<number> {
  const keeper = keeperOf(site);
  const app = connect();
  app.use(gatekeeper(keeper, { userId: userOf, attributes: attributesOf }));
  app.use(manifestRoute(keeper));
  if (site === 'grants') app.use(grantRoute(keeper));
  app.use(ofrepRoute(keeper, OFREP));
  app.use(overridePage(keeper));
  app.use((req, res, next) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://site.invalid');
    const method = req.method === 'HEAD' && pathname === '/page' ? 'GET' : req.method;
    const route = ROUTES[`${method} ${pathname}`];
    if (route === undefined) return next();
    route(req, res, Object.fromEntries(searchParams));
  });
  return portOf(app.listen(0, '127.0.0.1'));
}

type Route = (req: IncomingMessage, res: ServerResponse, query: Readonly<Record<string, string>>) => void;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /conformance': (req, res, query) => res.end(JSON.stringify(evaluationsOf(gkOf(req), query.flags, query.for))),
  'GET /page': (req, res, { flags, padding }) => {
    const page = pageOf(gkOf(req), flags);
    if (padding !== undefined) res.setHeader('X-Padding', 'x'.repeat(Number(padding)));
    const isSame = req.headers['if-none-match'] === FIXTURE.pageHeaders.ETag;
    res.writeHead(isSame ? 304 : 200, FIXTURE.pageHeaders).end(isSame ? undefined : page);
  },
  'GET /redirect': (req, res, { flags }) => {
    pageOf(gkOf(req), flags);
    res.writeHead(302, { ...FIXTURE.pageHeaders, Location: '/page' }).end();
  },
  'GET /error': (req, res, { flags }) => {
    pageOf(gkOf(req), flags);
    for (const [name, value] of Object.entries(FIXTURE.pageHeaders)) res.setHeader(name, value);
    throw new Error('/error');
  },
  'GET /stream': (req, res, { flags, late }) => {
    const start = pageOf(gkOf(req), flags);
    res.writeHead(200, FIXTURE.pageHeaders).write(start);
    res.end(` ${pageOf(gkOf(req), late)}`);
  },
  'GET /in-page': (req, res, { flags }) => {
    pageOf(gkOf(req), flags);
    res.setHeader('Content-Type', 'text/html').end(`<!doctype html><title>In-page</title>${gkOf(req).usedScript()}`);
  },
  'POST /override': (req, res, { flag = '', variant = '' }) => {
    res.end(JSON.stringify({ set: gkOf(req).setBrowserOverrideVariant(flag, variant) }));
  },
};
