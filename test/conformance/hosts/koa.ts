import { Readable } from 'node:stream';
import Koa, { type Context } from 'koa';
import { FIXTURE, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { gatekeeper, grantRoute, manifestRoute, ofrepRoute, overridePage } from '../../../server-lib/koa.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageAfterClose, pageOf, userOf } from '../definitions.ts';
import { nodeHost, portOf } from '../node-host.ts';

export const host = nodeHost({ name: 'Koa 3', module: 'koa' });

export const serve = siteServer(() => new Koa());

/** The function that serves a site on a free port, with one of the versions of Koa. */
export function siteServer(create: () => Koa): (site: SiteName) => Promise<number> {
  return (site) => portOf(createSite(create(), site).listen(0, '127.0.0.1'));
}

function createSite(app: Koa, site: SiteName): Koa {
  const keeper = keeperOf(site);
  app.silent = true;
  app.use(gatekeeper(keeper, { userId: userOf, attributes: attributesOf })).use(manifestRoute(keeper));
  if (site === 'grants') app.use(grantRoute(keeper));
  app.use(ofrepRoute(keeper, OFREP));
  app.use(overridePage(keeper));
  return app.use((ctx, next) => {
    const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
    return (ROUTES[`${method} ${ctx.path}`] ?? next)(ctx as Context);
  });
}

const ROUTES: Readonly<Record<string, (ctx: Context) => unknown>> = {
  'GET /conformance': (ctx) => {
    ctx.body = evaluationsOf(ctx.gk, ctx.query.flags, ctx.query.for);
  },
  'GET /page': (ctx) => {
    const { flags, padding } = ctx.query;
    ctx.body = pageOf(ctx.gk, flags);
    ctx.set(FIXTURE.pageHeaders);
    if (padding !== undefined) ctx.set('X-Padding', 'x'.repeat(Number(padding)));
    if (ctx.get('if-none-match') === FIXTURE.pageHeaders.ETag) ctx.status = 304;
  },
  'GET /redirect': (ctx) => {
    pageOf(ctx.gk, ctx.query.flags);
    ctx.set(FIXTURE.pageHeaders);
    ctx.redirect('/page');
  },
  'GET /error': (ctx) => {
    pageOf(ctx.gk, ctx.query.flags);
    ctx.set(FIXTURE.pageHeaders);
    ctx.throw(500, '/error', { headers: FIXTURE.pageHeaders });
  },
  'GET /stream': (ctx) => {
    const start = pageOf(ctx.gk, ctx.query.flags);
    ctx.set(FIXTURE.pageHeaders);
    ctx.body = Readable.from(parts(start, () => ` ${pageOf(ctx.gk, ctx.query.late)}`));
  },
  'GET /in-page': (ctx) => {
    pageOf(ctx.gk, ctx.query.flags);
    ctx.type = 'html';
    ctx.body = `<!doctype html><title>In-page</title>${ctx.gk.usedScript()}`;
  },
  'POST /override': (ctx) => {
    ctx.body = { set: ctx.gk.setBrowserOverrideVariant(String(ctx.query.flag), String(ctx.query.variant)) };
  },
  'GET /slow': async (ctx) => {
    ctx.body = await pageAfterClose(ctx.req, ctx.gk);
  },
  'GET /endless': (ctx) => {
    ctx.set(FIXTURE.pageHeaders);
    ctx.body = Readable.from(parts(pageOf(ctx.gk, 'FLAG_A'), () => pageAfterClose(ctx.req, ctx.gk)));
  },
};

async function* parts(start: string, end: () => string | Promise<string>): AsyncGenerator<string> {
  yield start;
  yield await end();
}
