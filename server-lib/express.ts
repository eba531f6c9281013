import type { IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application on Connect has no types of Express and sees `any` in their place */
import type { Application, Request } from 'express';
import { type OptionNames, readOptions } from './core/read-options.ts';
import { boundGate } from './core/request/gate.ts';
import { quoted } from './core/values.ts';
import { checkKeeper, ExpressRequest, type MiddlewareOptions, rejectUncalledHandler } from './http/express-request.ts';
import { skipServerTiming } from './http/gated-response.ts';
import { attachedGates, attachGate, hasSmallBody, isHttps, withoutOverrides } from './http/incoming-request.ts';
import { canSend, sendPrivately } from './http/private-response.ts';
import { setCookie, tryCall } from './http/response-headers.ts';
import { type FlagDefinitions, type Gate, type Gatekeeper, GatekeeperError, type Grants } from './index.ts';
import { isPath } from './permission/grants/grant-options.ts';
import { grantAction } from './permission/grants/grants.ts';
import { findCookie } from './wire/cookie-header.ts';
import { MANIFEST_PATH } from './wire/names.ts';
import { serializeOverrideCookie } from './wire/override-cookie.ts';

declare module './core/flags/flag.ts' {
  interface HostTypes {
    request: Request;
    session: Request extends { session?: infer Session } ? Session : unknown;
    app: Application;
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

export type { MiddlewareOptions } from './http/express-request.ts';

/** A handler for Express 4, Express 5 and Connect. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Middleware that gives each request its gate, as `req.gk` and, for templates, as `res.locals.gk`. */
export function gatekeeper<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: MiddlewareOptions = {},
): Handler {
  checkKeeper('gatekeeper', keeper);
  const settings = readOptions('gatekeeper', options, MIDDLEWARE_OPTIONS);
  for (const [name, option] of Object.entries(settings)) {
    if (option === undefined || typeof option === 'function') continue;
    throw new GatekeeperError('ERR_GK_OPTIONS', `gatekeeper: ${name} must be a function; got ${quoted(option)}`);
  }
  return function gatekeeperMiddleware(request, response, next) {
    const expressRequest = new ExpressRequest(keeper, settings, request as Request, response);
    const gate = openGate(keeper, expressRequest);
    // A stand-in (http/response-headers.ts) or a frozen object may refuse this; the visitor still gets the page.
    tryCall(() => attachGate(request, gate));
    tryCall(() => {
      const host = response as ServerResponse & { locals?: { gk?: unknown } };
      host.locals ??= {};
      host.locals.gk = boundGate(gate);
    });
    // Other responses are watched only if an override applies later.
    const isDevelopment = keeper.adapter.isDevelopment(request);
    if (isDevelopment || carriesCookie(request, keeper.cookieName)) expressRequest.watchResponse(isDevelopment);
    next();
  };
}

const MIDDLEWARE_OPTIONS: OptionNames<MiddlewareOptions> = { userId: true, attributes: true, session: true };

function carriesCookie({ headers }: IncomingMessage, name: string): boolean {
  const cookie: unknown = headers?.cookie;
  return typeof cookie === 'string' && findCookie(cookie, name) !== undefined;
}

/**
 * Serves the manifest to requests that may override or may have a grant. Other requests get the application's own response.
 */
export function manifestRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: { readonly path?: string } = {},
): Handler {
  checkKeeper('manifestRoute', keeper);
  const { path = MANIFEST_PATH } = readOptions('manifestRoute', options, { path: true });
  if (!isPath(path)) {
    const what = `path must be a plain path like ${MANIFEST_PATH}; got ${quoted(path)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `manifestRoute: ${what}`);
  }
  return function gatekeeperManifest(request, response, next) {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || pathOf(request) !== path || !canSend(response)) return next();
    const gate = gateOf(keeper, request, response);
    const { grants } = keeper;
    if (!gate.mayOverride() && !(grants && withoutOverrides(request, () => grants.isEligible(request)))) return next();
    skipServerTiming(response);
    sendPrivately(response, keeper.adapter.manifestFor(gate, { secure: isHttps(request) }));
  };
}

/**
 * Issues a grant to the user that `authorize` returns (POST) and revokes it (DELETE), for requests that the site's own pages
 * make on purpose. Other requests get the application's own response.
 */
export function grantRoute<Flags extends FlagDefinitions>(keeper: Gatekeeper<Flags>): Handler {
  checkKeeper('grantRoute', keeper);
  const { grants } = keeper;
  if (grants === undefined) {
    throw new GatekeeperError('ERR_GK_GRANTS', 'grantRoute needs grants: createGatekeeper({ flags, grants })');
  }
  const { path, origins, clearCookie } = grants;
  return function gatekeeperGrant(request, response, next) {
    const action = pathOf(request) === path ? grantAction(request, origins) : undefined;
    if (action === undefined || !hasSmallBody(request, 1_024) || !canSend(response)) return next();
    // Without overrides: a flag that the cookie turns on must not determine the user.
    if (action === 'revoke') {
      if (!withoutOverrides(request, () => mayRevoke(grants, request))) return next();
      setCookie(response, clearCookie);
      const name = keeper.adapter.cookieNameFor(request);
      setCookie(response, serializeOverrideCookie('', { name, secure: isHttps(request) }));
      return sendPrivately(response);
    }
    const grant = withoutOverrides(request, () => grants.issue(request));
    if (grant === undefined) return next();
    setCookie(response, grant.setCookie);
    sendPrivately(response, { state: 'enabled', expiresIn: grant.expiresIn });
  };
}

for (const handler of [gatekeeper, manifestRoute, grantRoute]) rejectUncalledHandler(handler);

// A DELETE of another visitor must not reveal that the site has grants.
function mayRevoke(grants: Grants<IncomingMessage>, request: IncomingMessage): boolean {
  return grants.verify(request.headers.cookie, request) !== undefined || grants.isEligible(request);
}

// An application may have two keepers. The gate of the other has neither these flags nor their permission.
function gateOf<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  request: IncomingMessage,
  response: ServerResponse,
): Gate<Flags> {
  const gates: readonly unknown[] = attachedGates(request);
  const attached = gates.find(keeper.isGate);
  return attached ?? openGate(keeper, new ExpressRequest(keeper, NO_OPTIONS, request as Request, response));
}

function pathOf({ url }: IncomingMessage): string | undefined {
  return url?.split('?', 1)[0];
}

function openGate<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  expressRequest: ExpressRequest,
): Gate<Flags> {
  const gate = keeper.gateFor(expressRequest);
  expressRequest.gate = gate;
  return gate;
}

const NO_OPTIONS: MiddlewareOptions = Object.create(null);
