import type { IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application on Connect has no types of Express and sees `any` in their place */
import type { Application, Request } from 'express';
import { grantAction } from './authority/grant-request.ts';
import { boundGate } from './core/bound-gate.ts';
import { quoted } from './core/gatekeeper-error.ts';
import { type OptionNames, readOptions } from './core/read-options.ts';
import { acknowledge } from './http/acknowledge.ts';
import { beforeHead, type HeaderChange } from './http/before-head.ts';
import { checkKeeper, refuseUncalled } from './http/checked-keeper.ts';
import { ExpressRequest, type MiddlewareOptions } from './http/express-request.ts';
import { gatesOf, giveGate, withoutOverrides } from './http/gates.ts';
import { keepPrivate } from './http/private-response.ts';
import { sendPrivately } from './http/send-json.ts';
import { cameByHttps, setCookie } from './http/set-cookie.ts';
import { hasSmallBody } from './http/small-body.ts';
import { type FlagDefinitions, type Gate, type Gatekeeper, GatekeeperError, type Grants } from './index.ts';
import { findCookie } from './wire/cookie-header.ts';
import { MANIFEST_PATH } from './wire/names.ts';
import { overrideCookieText } from './wire/set-cookie.ts';

declare module './core/flag.ts' {
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

/** A handler that Express 4, Express 5 and Connect take. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Gives each request its gate, as `req.gk` and, for templates, as `res.locals.gk`. */
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
    const gate = openGate(keeper, settings, request, response);
    giveGate(request, gate);
    const host = response as ServerResponse & { locals?: { gk?: unknown } };
    host.locals ??= {};
    host.locals.gk = boundGate(gate);
    // Other visitors' responses are not even looked at.
    const carriesCookie = findCookie(request.headers.cookie ?? '', keeper.cookieName) !== undefined;
    if (carriesCookie || keeper.isDevelopment(request)) beforeHead(response, () => headChange(keeper, gate, response));
    next();
  };
}

const MIDDLEWARE_OPTIONS: OptionNames<MiddlewareOptions> = { userId: true, attributes: true, session: true };

function headChange<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  gate: Gate<Flags>,
  response: ServerResponse,
): HeaderChange | undefined {
  const asked = QUIET.has(response) ? [] : gate.asked();
  const shown = asked.filter(({ flag }) => keeper.flags[flag]?.hidden !== true);
  const isOverridden = gate.isOverridden();
  if (!isOverridden && (shown.length === 0 || !gate.mayOverride())) return undefined;
  return () => {
    if (isOverridden) keepPrivate(response);
    return shown.length > 0 ? acknowledge(response, shown) : undefined;
  };
}

// The manifest's own response has evaluated every flag, and says nothing of the page.
const QUIET = new WeakSet<ServerResponse>();

/**
 * Serves the manifest to whoever may override; everyone else gets what the application serves without this route.
 */
export function manifestRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: { readonly path?: string } = {},
): Handler {
  checkKeeper('manifestRoute', keeper);
  const { path = MANIFEST_PATH } = readOptions('manifestRoute', options, { path: true });
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'manifestRoute: path starts with "/"');
  }
  return function gatekeeperManifest(request, response, next) {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || pathOf(request) !== path) return next();
    const gate = gateOf(keeper, request, response);
    const { grants } = keeper;
    if (!gate.mayOverride() && !(grants && withoutOverrides(request, () => grants.mayAsk(request)))) return next();
    QUIET.add(response);
    sendPrivately(response, keeper.manifestFor(gate, { secure: cameByHttps(request) }));
  };
}

/**
 * Gives a grant to whom `authorize` names (POST) and takes it back (DELETE), for requests that the site's own pages make
 * on purpose; everything else gets what the application serves without this route.
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
    if (action === undefined || !hasSmallBody(request, 1_024)) return next();
    // A flag that a cookie turned on must not be what names its bearer.
    if (action === 'take-back') {
      if (!withoutOverrides(request, () => mayTakeBack(grants, request))) return next();
      setCookie(response, clearCookie);
      const name = keeper.cookieNameFor(request);
      setCookie(response, overrideCookieText('', { name, secure: cameByHttps(request) }));
      return sendPrivately(response);
    }
    const grant = withoutOverrides(request, () => grants.issue(request));
    if (grant === undefined) return next();
    setCookie(response, grant.setCookie);
    sendPrivately(response, { state: 'enabled', expiresIn: grant.expiresIn });
  };
}

for (const handler of [gatekeeper, manifestRoute, grantRoute]) refuseUncalled(handler);

// A stranger's DELETE must not show that there are grants here.
function mayTakeBack(grants: Grants<IncomingMessage>, request: IncomingMessage): boolean {
  return grants.verify(request.headers.cookie, request) !== undefined || grants.mayAsk(request);
}

// An application may have two keepers: the gate of the other knows neither these flags nor who may override them.
function gateOf<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  request: IncomingMessage,
  response: ServerResponse,
): Gate<Flags> {
  const given: readonly unknown[] = gatesOf(request);
  return given.find(keeper.opened) ?? openGate(keeper, NO_OPTIONS, request, response);
}

function pathOf({ url }: IncomingMessage): string | undefined {
  return url?.split('?', 1)[0];
}

function openGate<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: MiddlewareOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Gate<Flags> {
  return keeper.gateFor(new ExpressRequest(keeper, options, request as Request, response));
}

const NO_OPTIONS: MiddlewareOptions = Object.create(null);
