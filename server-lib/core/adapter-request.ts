import type { ErrorReporter } from './error-reporter.ts';
import { GatekeeperError, HookError, requireSync, toHookError } from './errors.ts';
import type { Attributes, HostApp, HostRequest, HostSession, UserId } from './flags/flag.ts';
import { type IncomingRequest, isHttps, readRequestHeader } from './incoming-request.ts';
import { type Permission, toPermission } from './overrides/permission.ts';
import { misspeltOptionError, type OptionNames } from './read-options.ts';
import type { VisitorContext } from './request/visitor-cookie.ts';
import { isThenable, observePromise } from './thenable.ts';
import { kindOf } from './values.ts';

/**
 * What an adapter knows of a request. The gate reads each field only when it first needs it, so a getter can return a
 * value that is known later in the request. Fields may be inherited from a class, but not from `Object.prototype`.
 */
export interface AdapterRequest {
  /**
   * The request as the host received it. `cookie`, `secure`, `mayOverride` and `isDevelopment` are read from it where they
   * are left out.
   */
  readonly incoming?: IncomingRequest | undefined;
  /** The raw `Cookie` header. */
  readonly cookie?: string | undefined;
  /** The user's id, which is the targeting key. */
  readonly userId?: UserId | null | undefined;
  /**
   * The id of a visitor without a user, or a function that reads or creates it: the targeting key of rules. User lists and
   * `decide` do not see it.
   */
  readonly visitorId?: UserId | null | undefined | ((visitor: VisitorContext) => UserId | null | undefined);
  readonly attributes?: Attributes | undefined;
  readonly session?: HostSession | undefined;
  /** The host's own request, for `decide`, `allowOverrides` and the functions of `grants`. Default: `incoming`. */
  readonly request?: HostRequest | undefined;
  readonly app?: HostApp | undefined;
  /** Whether this request may override. Default: only if `NODE_ENV` is `development` or `test`. */
  readonly mayOverride?: boolean | Permission;
  /**
   * Whether the request comes to the developer's own machine, where the override cookie may have another name
   * (`keeper.adapter.isDevelopment`). Default: only if `NODE_ENV` is `development` or `test`.
   */
  readonly isDevelopment?: boolean;
  /** Whether the page was loaded over https, so that the override cookie gets `Secure`. */
  readonly secure?: boolean;
  /** Adds a `Set-Cookie` line to the response. Without it, the gate cannot change the browser's overrides. */
  readonly setCookie?: ((line: string) => void) | undefined;
  /** The `Set-Cookie` lines that the response already has. A change of the overrides builds on them. */
  readonly responseCookies?: readonly string[] | undefined;
  /** Called once, when a flag is evaluated and an override applies. From then on, the response is private. */
  readonly onOverridden?: (() => void) | undefined;
  /**
   * Called when `usedScript()` may list the request's flags. From then on, the response is private. Returns `false`
   * if its headers were sent already and let a shared cache store it.
   */
  readonly onUsedScript?: (() => boolean | undefined) | undefined;
  /** The gate that the request has already, `req.gk`, of another keeper of the application. */
  readonly previousGate?: unknown;
  /**
   * Called when the response will change: the first flag is evaluated, and the response will list it or be private, or an
   * override is set. From then on, no condition (`If-None-Match`, `If-Modified-Since`) may give a 304.
   */
  readonly onResponseChange?: (() => void) | undefined;
}

/** What a host knows of a request, for `keeper.adapter.open`: who may override is never the host's decision. */
export interface RequestFacts extends Omit<AdapterRequest, 'mayOverride' | 'isDevelopment' | 'onOverridden'> {
  readonly incoming: IncomingRequest;
}

const REQUEST_FIELDS: OptionNames<AdapterRequest & { readonly overrides?: unknown }> = {
  incoming: true,
  cookie: true,
  userId: true,
  visitorId: true,
  attributes: true,
  session: true,
  request: true,
  app: true,
  mayOverride: true,
  isDevelopment: true,
  secure: true,
  setCookie: true,
  responseCookies: true,
  onOverridden: true,
  onUsedScript: true,
  previousGate: true,
  onResponseChange: true,
  overrides: true,
};

/**
 * Reports a field of an object literal that looks misspelt, such as `userID`. An instance of a class may have other
 * fields.
 */
export function reportMisspeltField(method: string, request: object, report: ErrorReporter): void {
  if (Object.getPrototypeOf(request) !== Object.prototype) return;
  const error = misspeltOptionError(request, REQUEST_FIELDS);
  if (error !== undefined) report(new GatekeeperError('ERR_GK_OPTIONS', `${method}: ${error}`));
}

/**
 * Whether a request has a field `name`, own or inherited from its class. A field of Object.prototype does not count,
 * because every object inherits it.
 */
function hasField(request: AdapterRequest, name: keyof AdapterRequest): boolean {
  if (!(name in request)) return false;
  if (!(name in Object.prototype)) return true;
  let holder: object | null = request;
  while (holder !== null && holder !== Object.prototype) {
    if (Object.hasOwn(holder, name)) return true;
    holder = Object.getPrototypeOf(holder);
  }
  return false;
}

/** A field of a request; `undefined` if the request does not have it. Throws what the request's getter throws. */
export function readField<Name extends keyof AdapterRequest>(
  request: AdapterRequest,
  name: Name,
): AdapterRequest[Name] | undefined {
  return hasField(request, name) ? request[name] : undefined;
}

// The next two functions read fields that nearly every request needs. The field name is a constant, so the engine can
// optimize the read: with `readField` alone, a gate with five evaluations takes 15 % longer (Node 20).

/** A request's `userId`. Throws what its getter throws. */
export function readUserId(request: AdapterRequest): unknown {
  if (!('userId' in request)) return undefined;
  return 'userId' in Object.prototype ? readField(request, 'userId') : request.userId;
}

/** The raw `Cookie` header; `undefined`, with an error report, if the request's getter throws. Never throws. */
export function readCookieHeader(request: AdapterRequest, report: ErrorReporter): string | undefined {
  try {
    if (!('cookie' in request) && !('incoming' in request)) return undefined;
    const isPlain = 'cookie' in request && !('cookie' in Object.prototype);
    const cookie: unknown = isPlain ? request.cookie : readOwnCookie(request);
    if (typeof cookie === 'string') return cookie;
    requireSync('cookie', 'ERR_GK_REQUEST', cookie);
    if (cookie === undefined || cookie === null) return undefined;
    // A parsed cookie or an array of headers. Without a report, every override would be ignored silently.
    const what = `cookie must be the raw Cookie header, a string; got ${kindOf(cookie)}`;
    report(new GatekeeperError('ERR_GK_REQUEST', what));
  } catch (cause) {
    report(toHookError('cookie', 'ERR_GK_REQUEST', cause));
  }
  return undefined;
}

function readOwnCookie(request: AdapterRequest): unknown {
  if (hasField(request, 'cookie')) return request.cookie;
  return readRequestHeader(readField(request, 'incoming')?.headers, 'cookie');
}

/** Whether the page was loaded over https. Throws what the request's getter throws. */
export function readSecure(request: AdapterRequest): boolean {
  const secure = readField(request, 'secure');
  const incoming = secure === undefined ? readField(request, 'incoming') : undefined;
  return secure ?? (incoming !== undefined && isHttps(incoming));
}

/** The rule that decides whether a request may override: the request as received, and the host's own. Never throws. */
export type PermissionRule = (incoming: IncomingRequest | undefined, request?: unknown) => Permission | false;

/** The permission of a request's `mayOverride`, or else of `rule`. Only `true` and a `Permission` permit. */
export function readPermission(
  request: AdapterRequest,
  rule: PermissionRule,
  report: ErrorReporter,
): Permission | undefined {
  try {
    if (!hasField(request, 'mayOverride')) {
      return toPermission(rule(readField(request, 'incoming'), readField(request, 'request')));
    }
    const value: unknown = readField(request, 'mayOverride');
    const permission = toPermission(value);
    if (isThenable(value)) report(new GatekeeperError('ERR_GK_POLICY_PROMISE', `mayOverride ${PROMISE}`));
    else if (value && !permission) report(new GatekeeperError('ERR_GK_POLICY_NOT_TRUE', `mayOverride ${NOT_TRUE}`));
    return permission;
  } catch (cause) {
    report(new GatekeeperError('ERR_GK_POLICY_THREW', 'mayOverride threw, so overrides are off', { cause }));
    return undefined;
  }
}

/** A request's `isDevelopment`, or else the result of `rule`. Never throws. */
export function readIsDevelopment(
  request: AdapterRequest,
  rule: (incoming: IncomingRequest | undefined) => boolean,
): boolean {
  try {
    if (!hasField(request, 'isDevelopment')) return rule(readField(request, 'incoming'));
    const value: unknown = readField(request, 'isDevelopment');
    return !isThenable(value) && value === true;
  } catch {
    return false; // the cookie with the stricter name
  }
}

const PROMISE = 'must be true or false; got a promise, so overrides are off';
const NOT_TRUE = 'must be true or false; got another truthy value, so overrides are off';

/** Calls a request's callback `name`, if it has one, and returns its result. Never throws. */
export function notifyRequest(
  request: AdapterRequest,
  name: 'onResponseChange' | 'onOverridden' | 'onUsedScript',
  report: ErrorReporter,
): unknown {
  const failed = (what: string, cause: unknown): void =>
    report(new HookError('ERR_GK_REQUEST', `${name} ${what}`, { cause }));
  try {
    const callback: (() => unknown) | undefined = readField(request, name);
    const result = callback?.call(request);
    observePromise(result, { rejected: (reason) => failed('rejected', reason) });
    return result;
  } catch (cause) {
    return failed('threw', cause);
  }
}
