// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application without Hono sees `any` in their place */
import type { Context, MiddlewareHandler } from 'hono';
// biome-ignore lint/suspicious/noTsIgnore: as above
/** @ts-ignore: as above */
import type { createMiddleware } from 'hono/factory';
import { checkKeeper, type HostOptions, NO_OPTIONS, readHostOptions } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { ProtocolRoute } from './adapter/protocol-response.ts';
import type { RegisteredFlags } from './core/flags/flag.ts';
import { FetchFacts, withoutConditions } from './fetch/fetch-facts.ts';
import { ownResponse, pathOf, readBody } from './fetch/responses.ts';
import type { FlagDefinitions, Gate, Gatekeeper } from './index.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    hono: { request: Context; session: unknown; app: unknown };
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

/** What the middleware adds to a context: `new Hono<{ Variables: GatekeeperVariables }>()`. */
export interface GatekeeperVariables<Flags extends FlagDefinitions = RegisteredFlags> {
  /** This request's feature flags. */
  gk: Gate<Flags>;
}

/** How to read the user of a request. Each function is called only when a flag first needs it. */
export type HonoOptions = HostOptions<Context>;

/** Middleware whose variables the handlers after it have, as `createMiddleware` of Hono returns it. */
export type GateMiddleware<Flags extends FlagDefinitions> = ReturnType<
  typeof createMiddleware<{ Variables: GatekeeperVariables<Flags> }>
>;

/** Middleware that gives each request its gate, as `c.var.gk`. */
export function gatekeeper<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: HonoOptions = {},
): GateMiddleware<Flags> {
  checkKeeper('gatekeeper', keeper);
  const host = { adapter: keeper.adapter, options: readHostOptions('gatekeeper', options) };
  return async function gatekeeperMiddleware(c, next) {
    const facts = new HonoFacts(host, c);
    c.set('gk', facts.gate);
    await next();
    replaceResponse(c, facts.finish(c.res));
  };
}

/**
 * Serves the manifest to requests that may override or may have a grant. Other requests get the application's own response.
 */
export function manifestRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: { readonly path?: string } = {},
): MiddlewareHandler {
  checkKeeper('manifestRoute', keeper);
  const serve = server(keeper, keeper.adapter.manifestRoute(options));
  return async function gatekeeperManifest(c, next) {
    if (!(await serve(c))) await next();
  };
}

/**
 * Issues a grant to the user that `authorize` returns (POST) and revokes it (DELETE), for requests that the site's own pages
 * make on purpose. Other requests get the application's own response.
 */
export function grantRoute<Flags extends FlagDefinitions>(keeper: Gatekeeper<Flags>): MiddlewareHandler {
  checkKeeper('grantRoute', keeper);
  const serve = server(keeper, keeper.adapter.grantRoute());
  return async function gatekeeperGrant(c, next) {
    if (!(await serve(c))) await next();
  };
}

/** Lets clients on OpenFeature read the variants of `flags`, by the protocol OFREP: mount it after the login. */
export function ofrepRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OfrepOptions<Flags, Context>,
): MiddlewareHandler {
  checkKeeper('ofrepRoute', keeper);
  const { adapter } = keeper;
  const route = adapter.ofrepRoute(options);
  return async function gatekeeperOfrep(c, next) {
    const path = pathOf(c.req.raw);
    if (!route.matches(c.req.method, path)) return next();
    const gate = gateFor(adapter, c);
    const own = await route.respond(gate, { path, headers: headersSoFar(c), body: (limit) => bodyOf(c, limit) });
    if (own === undefined) return next();
    replaceResponse(c, ownResponse(c.req.raw, own, c.res.headers));
  };
}

/** The body of a request. Hono keeps what an earlier middleware has read of it. */
function bodyOf({ req }: Context, limit: number): Promise<unknown> {
  return req.raw.bodyUsed ? req.text().catch(() => undefined) : readBody(req.raw, limit);
}

/**
 * Serves the page that does what the extension's popup does, for browsers without the extension, to requests that may
 * read the manifest. Other requests get the application's own response.
 */
export function overridePage<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OverridePageOptions = {},
): MiddlewareHandler {
  checkKeeper('overridePage', keeper);
  const serve = server(keeper, keeper.adapter.overridePage(options));
  return async function gatekeeperPage(c, next) {
    if (!(await serve(c))) await next();
  };
}

function server<Flags extends FlagDefinitions>(
  { adapter }: Gatekeeper<Flags>,
  route: ProtocolRoute<Gate<Flags>>,
): (c: Context) => Promise<boolean> {
  return async (c) => {
    const path = pathOf(c.req.raw);
    if (!route.matches(c.req.method, path)) return false;
    const gate = gateFor(adapter, c);
    const own = await route.respond(gate, headersSoFar(c), path, fullPathOf(c));
    if (own !== undefined) replaceResponse(c, ownResponse(c.req.raw, own, c.res.headers));
    return own !== undefined;
  };
}

/** The path of a request before `app.mount()` has removed its own. Only the server of Node gives it. */
function fullPathOf({ env, req }: Context): string | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly url?: string } };
  return incoming?.url?.split('?', 1)[0] ?? pathOf(req.raw);
}

/** The gate of a request, also without the middleware. */
function gateFor<Flags extends FlagDefinitions>(adapter: Gatekeeper<Flags>['adapter'], c: Context): Gate<Flags> {
  return adapter.gateOf(c.get('gk')) ?? new HonoFacts({ adapter, options: NO_OPTIONS }, c).gate;
}

// Reading `c.res` creates a response, so a refused request would differ from an unknown path.
const headersSoFar = (c: Context): Iterable<readonly [string, string]> => ({
  [Symbol.iterator]: () => c.res.headers[Symbol.iterator](),
});

function replaceResponse(c: Context, response: Response): void {
  if (response === c.res) return;
  c.res = undefined; // otherwise Hono adds the headers of the response that is there
  c.res = response;
}

/** A request of Hono for a gate. */
class HonoFacts<HostGate> extends FetchFacts<Context, HostGate> {
  constructor(host: FetchFacts<Context, HostGate>['host'], c: Context) {
    super(host, c, c.req.raw);
  }

  protected override get hostSession(): unknown {
    return this.request.get('session');
  }

  // Not that of the raw request, which a middleware may have replaced.
  override get previousGate(): unknown {
    return this.request.get('gk');
  }

  override onResponseChange(): void {
    const { req } = this.request;
    req.raw = withoutConditions(req.raw);
  }
}
