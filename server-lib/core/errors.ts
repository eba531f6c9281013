import { sanitize } from '../wire/sanitize.ts';
import { handleRejection, isThenable } from './thenable.ts';

/** The codes of a {@link GatekeeperError}. A code is never renamed. */
export type GatekeeperErrorCode =
  // thrown while the application starts
  | 'ERR_GK_OPTIONS'
  | 'ERR_GK_NAME'
  | 'ERR_GK_VARIANTS'
  | 'ERR_GK_VALUES'
  | 'ERR_GK_USERS'
  | 'ERR_GK_SCENARIO'
  | 'ERR_GK_GRANTS'
  // thrown while the application starts; reported to onError if a source loads such a document later
  | 'ERR_GK_RULES_JSON'
  | 'ERR_GK_RULES_SCHEMA'
  // reported to onError when rules are loaded, or cannot be loaded
  | 'ERR_GK_RULES_NOTICE'
  | 'ERR_GK_RULES_SOURCE'
  | 'ERR_GK_ON_RULES_CHANGE'
  // reported to onError while a request is served
  | 'ERR_GK_UNKNOWN_FLAG'
  | 'ERR_GK_UNKNOWN_VARIANT'
  | 'ERR_GK_USER_ID'
  | 'ERR_GK_VISITOR_ID'
  | 'ERR_GK_VISITOR_COOKIE'
  | 'ERR_GK_ATTRIBUTES'
  | 'ERR_GK_SESSION'
  | 'ERR_GK_REQUEST'
  | 'ERR_GK_DECIDE_THREW'
  | 'ERR_GK_DECIDE_PROMISE'
  | 'ERR_GK_DECIDE_VARIANT'
  | 'ERR_GK_DECIDE_RECURSION'
  | 'ERR_GK_RULE_FAILED'
  | 'ERR_GK_POLICY_THREW'
  | 'ERR_GK_POLICY_PROMISE'
  | 'ERR_GK_POLICY_NOT_TRUE'
  | 'ERR_GK_ENVIRONMENT'
  | 'ERR_GK_GRANT_HOOK'
  | 'ERR_GK_OVERRIDE_NOT_SET'
  | 'ERR_GK_USED_SCRIPT'
  | 'ERR_GK_ON_EVALUATE';

/** A position in a document; both numbers count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

const BRAND: unique symbol = Symbol.for('gatekeeper-flags.error');

/** An error in the use of the library: thrown at start-up, reported to `onError` at run time. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError';
  readonly code: GatekeeperErrorCode;
  /** The flag concerned, if any. */
  readonly flag: string | undefined;
  /** The position of the error in a rules document. */
  readonly position: TextPosition | undefined;

  /** Also `true` for an error of a second copy of this package (`import` and `require` under Jest). */
  static override [Symbol.hasInstance](value: unknown): value is GatekeeperError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(
    code: GatekeeperErrorCode,
    message: string,
    options: { flag?: string; cause?: unknown; position?: TextPosition | undefined } = {},
  ) {
    // The message may quote a document, a server or an application; sanitized, it is one short line.
    super(sanitize(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.flag = options.flag;
    this.position = options.position;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** `error instanceof GatekeeperError`, which itself throws for a revoked proxy. */
export function isGatekeeperError(error: unknown): error is GatekeeperError {
  try {
    return error instanceof GatekeeperError;
  } catch {
    return false;
  }
}

/** One of the application's hooks failed. A flag that needs its result fails with this error. */
export class HookError extends GatekeeperError {
  readonly #isFailure = true;

  /** Whether `value` is a `HookError`. Any value can be thrown, and `instanceof` throws for a revoked proxy. */
  static isHookError(value: unknown): value is HookError {
    return typeof value === 'object' && value !== null && #isFailure in value;
  }
}

/** The result of the application's hook `name`. Throws a {@link HookError} if it throws or returns a promise. */
export function callHook<Result>(name: string, code: GatekeeperErrorCode, hook: () => Result): Result {
  return requireSync(name, code, callHookRaw(name, code, hook));
}

/** `result`, which the application's hook `name` returned. Throws a {@link HookError} for a promise. */
export function requireSync<Result>(name: string, code: GatekeeperErrorCode, result: Result): Result {
  if (isThenable(result)) throw new HookError(code, `${name} must be synchronous; it returned a promise`);
  return result;
}

/** What the application's hook `name` has thrown, as a {@link HookError}. */
export function toHookError(name: string, code: GatekeeperErrorCode, thrown: unknown): HookError {
  return HookError.isHookError(thrown) ? thrown : new HookError(code, `${name} threw`, { cause: thrown });
}

/** Like {@link callHook}, but a thenable is allowed: a framework's application may be one. */
export function callHookRaw<Result>(name: string, code: GatekeeperErrorCode, hook: () => Result): Result {
  try {
    const result = hook();
    handleRejection(result);
    return result;
  } catch (cause) {
    throw toHookError(name, code, cause);
  }
}

/** The error of a flag. Keeps the code and message of a {@link HookError}; for any other cause, uses `code` and `what`. */
export function flagError(
  flag: string,
  { code, what, cause }: { readonly code: GatekeeperErrorCode; readonly what: string; readonly cause?: unknown },
): GatekeeperError {
  if (!HookError.isHookError(cause)) {
    return new GatekeeperError(code, `Flag ${flag}: ${what}`, cause === undefined ? { flag } : { flag, cause });
  }
  const options = Object.hasOwn(cause, 'cause') ? { flag, cause: cause.cause } : { flag };
  return new GatekeeperError(cause.code, `Flag ${flag}: ${cause.message}`, options);
}

/** The result of `action`, or `undefined` if it throws. */
export function tryCall<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
