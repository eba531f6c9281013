import type { ErrorReporter } from './error-reporter.ts';
import { GatekeeperError, HookError, requireSync, toHookError } from './errors.ts';
import type { Attributes, HostApp, HostRequest, HostSession, UserId } from './flags/flag.ts';
import { type Permission, toPermission } from './overrides/permission.ts';
import { misspeltOptionError, type OptionNames } from './read-options.ts';
import { isThenable } from './thenable.ts';
import { kindOf } from './values.ts';

/**
 * What a gate may know of a request. Every field is read when it is first needed and not before, so that a getter
 * may stand where a value is known only later in the request. The fields may be those of a class; what is on
 * `Object.prototype` does not count.
 */
export interface AdapterRequest {
  /** The raw `Cookie` header. */
  readonly cookie?: string | undefined;
  /** Who is asking: the targeting key. */
  readonly userId?: UserId | null | undefined;
  readonly attributes?: Attributes | undefined;
  readonly session?: HostSession | undefined;
  readonly request?: HostRequest | undefined;
  readonly app?: HostApp | undefined;
  /** Whether this request may override; left out, it may where `NODE_ENV` is `development` or `test`. */
  readonly mayOverride?: boolean | Permission;
  /**
   * Whether the request comes to a developer's own machine, which may name the override cookie otherwise
   * (`keeper.adapter.isDevelopment`); left out, it does where `NODE_ENV` is `development` or `test`.
   */
  readonly isDevelopment?: boolean;
  /** Whether the page came by https, so that the override cookie is stored for https only. */
  readonly secure?: boolean;
  /** Puts a `Set-Cookie` line on the response; left out, the gate cannot change the browser's overrides. */
  readonly setCookie?: ((line: string) => void) | undefined;
  /** The `Set-Cookie` lines that the response has already: an edit of the overrides builds on them. */
  readonly responseCookies?: readonly string[] | undefined;
  /**
   * Called once, when a flag is evaluated on a request that may override and carries the override cookie, even `{}`:
   * from here on the response acknowledges its flags.
   */
  readonly onCookieAccepted?: (() => void) | undefined;
  /** Called once, when a flag is asked and an override applies: from here on the response is this browser's own. */
  readonly onOverridden?: (() => void) | undefined;
}

const REQUEST_FIELDS: OptionNames<AdapterRequest & { readonly overrides?: unknown }> = {
  cookie: true,
  userId: true,
  attributes: true,
  session: true,
  request: true,
  app: true,
  mayOverride: true,
  isDevelopment: true,
  secure: true,
  setCookie: true,
  responseCookies: true,
  onCookieAccepted: true,
  onOverridden: true,
  overrides: true,
};

/**
 * Reports a field that looks misspelt, such as `userID`, among those of an object literal. A class may have fields of its
 * own.
 */
export function reportMisspeltField(request: object, report: ErrorReporter): void {
  if (Object.getPrototypeOf(request) !== Object.prototype) return;
  const error = misspeltOptionError(request, REQUEST_FIELDS);
  if (error !== undefined) report(new GatekeeperError('ERR_GK_OPTIONS', `gateFor: ${error}`));
}

/**
 * Whether a request has a field `name`, of its own or of its class. A field of Object.prototype is a field of every
 * object, and does not count.
 */
function hasField(request: AdapterRequest, name: keyof AdapterRequest): boolean {
  let holder: object | null = request;
  while (holder !== null && holder !== Object.prototype) {
    if (Object.hasOwn(holder, name)) return true;
    holder = Object.getPrototypeOf(holder);
  }
  return false;
}

/** A field of a request, `undefined` where it has none. Throws what the request's getter throws. */
export function readField<Name extends keyof AdapterRequest>(
  request: AdapterRequest,
  name: Name,
): AdapterRequest[Name] | undefined {
  return hasField(request, name) ? request[name] : undefined;
}

// The two fields that nearly every request is asked for. Without a loop and a name that varies, the engine reads them as
// fast as any field: a gate and one decision take half the time.

/** A request's `userId`. Throws what its getter throws. */
export function readUserId(request: AdapterRequest): unknown {
  if (!('userId' in request)) return undefined;
  return 'userId' in Object.prototype ? readField(request, 'userId') : request.userId;
}

/** The raw `Cookie` header; `undefined`, with a report, where the request's getter fails. Never throws. */
export function readCookieHeader(request: AdapterRequest, report: ErrorReporter): string | undefined {
  try {
    if (!('cookie' in request)) return undefined;
    const cookie: unknown = 'cookie' in Object.prototype ? readField(request, 'cookie') : request.cookie;
    if (typeof cookie === 'string') return cookie;
    requireSync('cookie', 'ERR_GK_REQUEST', cookie);
    if (cookie === undefined || cookie === null) return undefined;
    // A parsed cookie, or a list of headers: without a word, each override would be ignored.
    const what = `cookie must be the raw Cookie header, a string; got ${kindOf(cookie)}`;
    report(new GatekeeperError('ERR_GK_REQUEST', what));
  } catch (cause) {
    report(toHookError('cookie', 'ERR_GK_REQUEST', cause));
  }
  return undefined;
}

/** What a request's `mayOverride` permits, or `otherwise` where it has none. Only `true` and a permission are a yes. */
export function readPermission(
  request: AdapterRequest,
  fallback: () => Permission | false,
  report: ErrorReporter,
): Permission | undefined {
  try {
    if (!hasField(request, 'mayOverride')) return toPermission(fallback());
    const evaluation: unknown = readField(request, 'mayOverride');
    const permission = toPermission(evaluation);
    if (isThenable(evaluation)) report(new GatekeeperError('ERR_GK_POLICY_PROMISE', `mayOverride ${PROMISE}`));
    else if (evaluation && !permission)
      report(new GatekeeperError('ERR_GK_POLICY_NOT_TRUE', `mayOverride ${NOT_TRUE}`));
    return permission;
  } catch (cause) {
    report(new GatekeeperError('ERR_GK_POLICY_THREW', 'mayOverride threw, so overriding is refused', { cause }));
    return undefined;
  }
}

/** Whether a request comes to a developer's machine, as it says itself, else as `otherwise` does. Never throws. */
export function readIsDevelopment(request: AdapterRequest, fallback: () => boolean): boolean {
  try {
    if (!hasField(request, 'isDevelopment')) return fallback();
    const evaluation: unknown = readField(request, 'isDevelopment');
    return !isThenable(evaluation) && evaluation === true;
  } catch {
    return false; // the stricter cookie
  }
}

const PROMISE = 'must be synchronous; it returned a promise, which lets nobody in';
const NOT_TRUE = 'must be true or false; it is another truthy value, which lets nobody in';

/** Calls what a request wants to be called when its overrides are known. Never throws. */
export function notifyRequest(
  request: AdapterRequest,
  name: 'onCookieAccepted' | 'onOverridden',
  report: ErrorReporter,
): void {
  const failed = (what: string, cause: unknown): void =>
    report(new HookError('ERR_GK_REQUEST', `${name} ${what}`, { cause }));
  try {
    isThenable(readField(request, name)?.call(request), { rejected: (reason) => failed('rejected', reason) });
  } catch (cause) {
    failed('threw', cause);
  }
}
