import { sanitize } from '../wire/sanitize.ts';
import { handleRejection, isThenable } from './thenable.ts';

/** Every code that a {@link GatekeeperError} can bear; none is ever renamed. */
export type GatekeeperErrorCode =
  // thrown while the application starts
  | 'ERR_GK_OPTIONS'
  | 'ERR_GK_NAME'
  | 'ERR_GK_VARIANTS'
  | 'ERR_GK_USERS'
  | 'ERR_GK_SCENARIO'
  | 'ERR_GK_GRANTS'
  // thrown while the application starts; handed to onError where a source brings it later
  | 'ERR_GK_RULES_JSON'
  | 'ERR_GK_RULES_SCHEMA'
  // handed to onError when rules come, and when they do not
  | 'ERR_GK_RULES_NOTICE'
  | 'ERR_GK_RULES_SOURCE'
  // handed to onError while a request is served
  | 'ERR_GK_UNKNOWN_FLAG'
  | 'ERR_GK_UNKNOWN_VARIANT'
  | 'ERR_GK_USER_ID'
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
  | 'ERR_GK_ON_EVALUATE';

/** A place in a text, both counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

const BRAND: unique symbol = Symbol.for('gatekeeper-flags.error');

/** A mistake in how the library is used: thrown at start-up, handed to `onError` at run time. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError';
  readonly code: GatekeeperErrorCode;
  /** The flag concerned, where there is one. */
  readonly flag: string | undefined;
  /** Where the mistake stands in the text of a rules document. */
  readonly position: TextPosition | undefined;

  /** A program may hold two copies of this package (`import` and `require` under Jest): an error of either is one. */
  static override [Symbol.hasInstance](value: unknown): value is GatekeeperError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(
    code: GatekeeperErrorCode,
    message: string,
    options: { flag?: string; cause?: unknown; position?: TextPosition | undefined } = {},
  ) {
    // Whatever a document, a server or an application put into it: an error's message is one short line.
    super(sanitize(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.flag = options.flag;
    this.position = options.position;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

export function isList(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a revoked proxy
  }
}

/** A function of the application's gave no answer; a flag that needs the answer fails with it. */
export class HookError extends GatekeeperError {
  readonly #isFailure = true;

  /** Whether `value` is one. Anything can be thrown: at a revoked proxy, `instanceof` itself would throw. */
  static isHookError(value: unknown): value is HookError {
    return typeof value === 'object' && value !== null && #isFailure in value;
  }
}

/** What the application's function `name` answers. Throws a {@link HookError} if it throws or returns a promise. */
export function callHook<Answer>(name: string, code: GatekeeperErrorCode, hook: () => Answer): Answer {
  return requireSync(name, code, callHookRaw(name, code, hook));
}

/** `answer`, which the application's function `name` gave. Throws a {@link HookError} for a promise. */
export function requireSync<Answer>(name: string, code: GatekeeperErrorCode, result: Answer): Answer {
  if (isThenable(result)) throw new HookError(code, `${name} must be synchronous; it returned a promise`);
  return result;
}

/** Why the application's function `name` gave no answer, out of what was thrown on the way. */
export function toHookError(name: string, code: GatekeeperErrorCode, thrown: unknown): HookError {
  return HookError.isHookError(thrown) ? thrown : new HookError(code, `${name} threw`, { cause: thrown });
}

/** The same for a value that may well be a thenable, such as a framework's application. */
export function callHookRaw<Answer>(name: string, code: GatekeeperErrorCode, hook: () => Answer): Answer {
  try {
    const evaluation = hook();
    handleRejection(evaluation);
    return evaluation;
  } catch (cause) {
    throw toHookError(name, code, cause);
  }
}

/** Why a flag fails: because of a hook where `cause` says so, else because of `what`. */
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
