import type { IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application on Connect has no types of Express and sees `any` in their place */
import type { Application, Request } from 'express';
import { checkKeeper, type HostOptions, NO_OPTIONS, readHostOptions, rejectUncalled } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { ProtocolRoute } from './adapter/protocol-response.ts';
import { boundGate } from './core/request/gate.ts';
import { NodeFacts } from './http/node-facts.ts';
import { serveOfrep, serveRoute } from './http/own-response.ts';
import type { FlagDefinitions, Gate, Gatekeeper } from './index.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    express: {
      request: Request;
      session: Request extends { session?: infer Session } ? Session : unknown;
      app: Application;
    };
  }
}

declare global {
  namespace Express {
    interface Request {
      /** This request's feature flags. */
      gk: Gate;
    }
    interface Locals {
      /** This request's feature flags, for templates. */
      gk: Gate;
    }
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
export type MiddlewareOptions = HostOptions<Request>;

/** A handler for Express 4, Express 5 and Connect. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Middleware that gives each request its gate, as `req.gk` and, for templates, as `res.locals.gk`. */
export function gatekeeper<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: MiddlewareOptions = {},
): Handler {
  checkKeeper('gatekeeper', keeper);
  const { adapter } = keeper;
  const host = { adapter, options: readHostOptions('gatekeeper', options) };
  return function gatekeeperMiddleware(request, response, next) {
    const facts = new ExpressFacts(host, request as Request, request, response);
    const { gate } = facts;
    attachGate(gate, request as { gk?: unknown }, response as { locals?: { gk?: unknown } });
    // Other responses are watched only if an override applies later.
    if (adapter.mayChangeResponse(gate)) facts.watchResponse();
    next();
  };
}

// A stand-in (http/response-headers.ts) or a frozen object may refuse this; the visitor still gets the page.
function attachGate<Flags extends FlagDefinitions>(
  gate: Gate<Flags>,
  request: { gk?: unknown },
  response: { locals?: { gk?: unknown } },
): void {
  try {
    request.gk = gate;
  } catch {
    // Only for templates, then.
  }
  try {
    response.locals ??= {};
    response.locals.gk = boundGate(gate);
  } catch {
    // Only for code, then.
  }
}

/**
 * Serves the manifest to requests that may override or may have a grant. Other requests get the application's own response.
 */
export function manifestRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: { readonly path?: string } = {},
): Handler {
  checkKeeper('manifestRoute', keeper);
  const serve = server(keeper, keeper.adapter.manifestRoute(options));
  return function gatekeeperManifest(request, response, next) {
    if (!serve(request, response)) next();
  };
}

/**
 * Issues a grant to the user that `authorize` returns (POST) and revokes it (DELETE), for requests that the site's own pages
 * make on purpose. Other requests get the application's own response.
 */
export function grantRoute<Flags extends FlagDefinitions>(keeper: Gatekeeper<Flags>): Handler {
  checkKeeper('grantRoute', keeper);
  const serve = server(keeper, keeper.adapter.grantRoute());
  return function gatekeeperGrant(request, response, next) {
    if (!serve(request, response)) next();
  };
}

/**
 * Serves the page that does what the extension's popup does, for browsers without the extension, to requests that may
 * read the manifest. Other requests get the application's own response.
 */
export function overridePage<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OverridePageOptions = {},
): Handler {
  checkKeeper('overridePage', keeper);
  const serve = server(keeper, keeper.adapter.overridePage(options));
  return function gatekeeperPage(request, response, next) {
    if (!serve(request, response)) next();
  };
}

function server<Flags extends FlagDefinitions>(
  { adapter }: Gatekeeper<Flags>,
  route: ProtocolRoute<Gate<Flags>>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => serveRoute(route, request, response, () => gateFor(adapter, request, response));
}

/** The gate of a request, also without the middleware. */
function gateFor<Flags extends FlagDefinitions>(
  adapter: Gatekeeper<Flags>['adapter'],
  request: IncomingMessage,
  response: ServerResponse,
): Gate<Flags> {
  const attached = adapter.gateOf((request as { readonly gk?: unknown }).gk);
  return attached ?? new ExpressFacts({ adapter, options: NO_OPTIONS }, request as Request, request, response).gate;
}

/** Lets clients on OpenFeature read the variants of `flags`, by the protocol OFREP: mount it after the login. */
export function ofrepRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OfrepOptions<Flags, Request>,
): Handler {
  checkKeeper('ofrepRoute', keeper);
  const { adapter } = keeper;
  const route = adapter.ofrepRoute(options);
  return function gatekeeperOfrep(request, response, next) {
    const served = serveOfrep(route, request, response, () => gateFor(adapter, request, response));
    if (served === undefined) next();
    else served.then((isServed) => isServed || next(), next);
  };
}

/** An Express request for a gate. */
class ExpressFacts<HostGate> extends NodeFacts<Request, HostGate> {
  get app(): Application {
    return this.request.app;
  }
}

// Express and Connect read `handle` of what they mount, so `app.use(gatekeeper)`, without the call, fails at once.
rejectUncalled('handle', [gatekeeper, manifestRoute, grantRoute, ofrepRoute, overridePage]);
