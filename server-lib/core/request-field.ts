import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, kindOf } from './gatekeeper-error.ts';
import { failureOf, HookFailure, synchronous } from './hook.ts';
import { type Permission, permissionOf } from './permission.ts';
import type { Report } from './report.ts';
import { isThenable } from './thenable.ts';

/**
 * Whether a request has a field `name`, of its own or of its class. A field of Object.prototype is a field of every
 * object, and does not count.
 */
function hasField(request: GateRequest, name: keyof GateRequest): boolean {
  let holder: object | null = request;
  while (holder !== null && holder !== Object.prototype) {
    if (Object.hasOwn(holder, name)) return true;
    holder = Object.getPrototypeOf(holder);
  }
  return false;
}

/** A field of a request, `undefined` where it has none. Throws what the request's getter throws. */
export function fieldOf<Name extends keyof GateRequest>(
  request: GateRequest,
  name: Name,
): GateRequest[Name] | undefined {
  return hasField(request, name) ? request[name] : undefined;
}

// The two fields that nearly every request is asked for. Without a loop and a name that varies, the engine reads them as
// fast as any field: a gate and one decision take half the time.

/** A request's `userId`. Throws what its getter throws. */
export function userIdOf(request: GateRequest): unknown {
  if (!('userId' in request)) return undefined;
  return 'userId' in Object.prototype ? fieldOf(request, 'userId') : request.userId;
}

/** The raw `Cookie` header; `undefined`, with a report, where the request's getter fails. Never throws. */
export function cookieOf(request: GateRequest, report: Report): string | undefined {
  try {
    if (!('cookie' in request)) return undefined;
    const cookie: unknown = 'cookie' in Object.prototype ? fieldOf(request, 'cookie') : request.cookie;
    if (typeof cookie === 'string') return cookie;
    synchronous('cookie', 'ERR_GK_REQUEST', cookie);
    if (cookie === undefined || cookie === null) return undefined;
    // A parsed cookie, or a list of headers: without a word, each override would be ignored.
    const what = `cookie must be the raw Cookie header, a string; got ${kindOf(cookie)}`;
    report(new GatekeeperError('ERR_GK_REQUEST', what));
  } catch (cause) {
    report(failureOf('cookie', 'ERR_GK_REQUEST', cause));
  }
  return undefined;
}

/** What a request's `mayOverride` permits, or `otherwise` where it has none. Only `true` and a permission are a yes. */
export function permissionIn(
  request: GateRequest,
  otherwise: () => Permission | false,
  report: Report,
): Permission | undefined {
  try {
    if (!hasField(request, 'mayOverride')) return permissionOf(otherwise());
    const answer: unknown = fieldOf(request, 'mayOverride');
    const permission = permissionOf(answer);
    if (isThenable(answer)) report(new GatekeeperError('ERR_GK_POLICY_PROMISE', `mayOverride ${PROMISE}`));
    else if (answer && !permission) report(new GatekeeperError('ERR_GK_POLICY_NOT_TRUE', `mayOverride ${NOT_TRUE}`));
    return permission;
  } catch (cause) {
    report(new GatekeeperError('ERR_GK_POLICY_THREW', 'mayOverride threw, so overriding is refused', { cause }));
    return undefined;
  }
}

/** Whether a request comes to a developer's machine, as it says itself, else as `otherwise` does. Never throws. */
export function isInDevelopment(request: GateRequest, otherwise: () => boolean): boolean {
  try {
    if (!hasField(request, 'isDevelopment')) return otherwise();
    const answer: unknown = fieldOf(request, 'isDevelopment');
    return !isThenable(answer) && answer === true;
  } catch {
    return false; // the stricter cookie
  }
}

const PROMISE = 'must be synchronous; it returned a promise, which lets nobody in';
const NOT_TRUE = 'must be true or false; it is another truthy value, which lets nobody in';

/** Calls what a request wants to be called when its overrides are known. Never throws. */
export function tellRequest(request: GateRequest, name: 'onCookieAccepted' | 'onOverridden', report: Report): void {
  const failed = (what: string, cause: unknown): void =>
    report(new HookFailure('ERR_GK_REQUEST', `${name} ${what}`, { cause }));
  try {
    isThenable(fieldOf(request, name)?.call(request), { rejected: (reason) => failed('rejected', reason) });
  } catch (cause) {
    failed('threw', cause);
  }
}
