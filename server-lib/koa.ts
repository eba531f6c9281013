import type { ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; a project without Koa sees `any` in place of its types */
import type { Context, Middleware } from 'koa';
import type { Host } from './adapter/host-facts.ts';
import { checkKeeper, type HostOptions, NO_OPTIONS, readHostOptions, rejectUncalled } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { ProtocolResponse, ProtocolRoute } from './adapter/protocol-response.ts';
import { type Header, type ResponseChanges, type ResponseHead, valuesOf } from './adapter/response-changes.ts';
import { tryCall } from './core/errors.ts';
import { boundGate } from './core/request/gate.ts';
import { cookieNameOf } from './core/request/response-cookies.ts';
import { whenComplete } from './core/thenable.ts';
import { NodeFacts } from './http/node-facts.ts';
import { mountPathOf, pathOf, readBody, removeConditionalHeaders, sendOwnResponse } from './http/own-response.ts';
import { applyChanges, headersOf } from './http/response-headers.ts';
import { watchResponse } from './http/watch-response.ts';
import type { FlagDefinitions, Gate, Gatekeeper } from './index.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    koa: {
      request: Context;
      session: Context extends { session?: infer Session } ? Session : unknown;
      app: Context['app'];
    };
  }
}

// biome-ignore lint/suspicious/noTsIgnore: as above
/** @ts-ignore: optional, as above */
declare module 'koa' {
  interface ExtendableContext {
    /** This request's feature flags. */
    gk: Gate;
  }
}

export { ofrepDocument } from './adapter/ofrep/ofrep-document.ts';
export type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
export type { OverridePageOptions } from './adapter/override-page.ts';
export {
  type VisitorContext,
  type VisitorCookieOptions,
  type VisitorIdFunction,
  visitorCookie,
} from './core/request/visitor-cookie.ts';

/** How to read the user of a request. Each function is called only when a flag first needs it. */
export type MiddlewareOptions = HostOptions<Context>;

/** Middleware that gives each request its gate, as `ctx.gk` and, for templates, as `ctx.state.gk`. */
export function gatekeeper<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: MiddlewareOptions = {},
): Middleware {
  checkKeeper('gatekeeper', keeper);
  const { adapter } = keeper;
  const host = { adapter, options: readHostOptions('gatekeeper', options) };
  return function gatekeeperMiddleware(ctx, next) {
    const facts = new KoaFacts(host, ctx as Context);
    const { gate } = facts;
    ctx.gk = gate as never;
    // A frozen state refuses this; the visitor still gets the page.
    tryCall(() => Object.assign(ctx.state as object, { gk: boundGate(gate) }));
    // Other responses are watched only if an override applies later.
    if (adapter.mayChangeResponse(gate)) facts.watchResponse();
    return next();
  };
}

/**
 * Serves the manifest to requests that may override or may have a grant. Other requests get the application's own response.
 */
export function manifestRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: { readonly path?: string } = {},
): Middleware {
  checkKeeper('manifestRoute', keeper);
  const serve = server(keeper, keeper.adapter.manifestRoute(options));
  return function gatekeeperManifest(ctx, next) {
    return serve(ctx as Context, next);
  };
}

/**
 * Issues a grant to the user that `authorize` returns (POST) and revokes it (DELETE), for requests that the site's own pages
 * make on purpose. Other requests get the application's own response.
 */
export function grantRoute<Flags extends FlagDefinitions>(keeper: Gatekeeper<Flags>): Middleware {
  checkKeeper('grantRoute', keeper);
  const serve = server(keeper, keeper.adapter.grantRoute());
  return function gatekeeperGrant(ctx, next) {
    return serve(ctx as Context, next);
  };
}

/** Lets clients on OpenFeature read the variants of `flags`, by the protocol OFREP: mount it after the login. */
export function ofrepRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OfrepOptions<Flags, Context>,
): Middleware {
  checkKeeper('ofrepRoute', keeper);
  const { adapter } = keeper;
  const route = adapter.ofrepRoute(options);
  return async function gatekeeperOfrep(context, next) {
    const ctx = context as Context;
    const { req, res } = ctx;
    const path = pathOf(req.url);
    if (!route.matches(req.method, path) || res.headersSent) return next();
    const gate = gateFor(adapter, ctx);
    const { body: parsed } = ctx.request as { readonly body?: unknown };
    const own = await route.respond(gate, {
      path,
      prefix: mountPathOf({ url: req.url, originalUrl: ctx.originalUrl }),
      headers: headersOf(res),
      body: (limit) => readBody(req, limit, parsed),
    });
    if (own === undefined) return next();
    if (own.events === undefined) return setResponse(ctx, own);
    ctx.respond = false; // Koa would end it
    sendOwnResponse(res, own);
  };
}

/**
 * Serves the page that does what the extension's popup does, for browsers without the extension, to requests that may
 * read the manifest. Other requests get the application's own response.
 */
export function overridePage<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OverridePageOptions = {},
): Middleware {
  checkKeeper('overridePage', keeper);
  const serve = server(keeper, keeper.adapter.overridePage(options));
  return function gatekeeperPage(ctx, next) {
    return serve(ctx as Context, next);
  };
}

function server<Flags extends FlagDefinitions>(
  { adapter }: Gatekeeper<Flags>,
  route: ProtocolRoute<Gate<Flags>>,
): (ctx: Context, next: () => Promise<unknown>) => unknown {
  return (ctx, next) => {
    const { req, res } = ctx;
    const path = pathOf(req.url);
    if (!route.matches(req.method, path) || res.headersSent) return next();
    const gate = gateFor(adapter, ctx);
    const own = route.respond(gate, headersOf(res), path, pathOf(ctx.originalUrl));
    if (own === undefined) return next();
    // A middleware before ours may add an ETag or send a 304.
    removeConditionalHeaders(req);
    watchResponse(res, (head) => adapter.responseChanges(gate, head));
    return whenComplete(own, (response) => setResponse(ctx, response));
  };
}

/** The gate of a request, also without the middleware. */
function gateFor<Flags extends FlagDefinitions>(adapter: Gatekeeper<Flags>['adapter'], ctx: Context): Gate<Flags> {
  return adapter.gateOf(ctx.gk) ?? new KoaFacts({ adapter, options: NO_OPTIONS }, ctx).gate;
}

function setResponse(ctx: Context, { status, headers, body }: ProtocolResponse): void {
  ctx.body = body;
  ctx.status = status;
  applyChanges(ctx.res, headers);
}

/** A Koa request for a gate. */
class KoaFacts<HostGate> extends NodeFacts<Context, HostGate> {
  constructor(host: Host<Context, HostGate>, ctx: Context) {
    super(host, ctx, ctx.req, ctx.res);
  }

  get app(): Context['app'] {
    return this.request.app;
  }

  get secure(): boolean {
    return this.request.secure;
  }

  override setCookie(line: string): void {
    super.setCookie(line);
    const { res } = this.request;
    LINES.set(res, (LINES.get(res) ?? new Map()).set(cookieNameOf(line), line));
    this.watchResponse();
  }

  protected override changesFor(head?: ResponseHead): ResponseChanges {
    const changes = super.changesFor(head);
    const lost = lostLines(this.request.res, head);
    return lost.length === 0 ? changes : { ...changes, append: [...changes.append, ...lost] };
  }
}

// `ctx.throw` removes all headers of the response, and thereby our cookies. The lines are shared by the gates of a response.
const LINES = new WeakMap<ServerResponse, Map<string, string>>();

/** Our `Set-Cookie` lines that a response does not have any more. */
function lostLines(response: ServerResponse, head: ResponseHead | undefined): readonly Header[] {
  const lines = LINES.get(response);
  if (lines === undefined) return [];
  const there = valuesOf('set-cookie', [...(head?.headers ?? [])]).map(cookieNameOf);
  return [...lines].filter(([name]) => !there.includes(name)).map(([, line]): Header => ['set-cookie', line]);
}

// Koa reads `_name` of what it mounts, so `app.use(gatekeeper)`, without the call, fails at once.
rejectUncalled('_name', [gatekeeper, manifestRoute, grantRoute, ofrepRoute, overridePage]);
