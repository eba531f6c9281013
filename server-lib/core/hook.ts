import { GatekeeperError, type GatekeeperErrorCode } from './gatekeeper-error.ts';
import { handleRejection, isThenable } from './thenable.ts';

/** A function of the application's gave no answer; a flag that needs the answer fails with it. */
export class HookFailure extends GatekeeperError {
  readonly #isFailure = true;

  /** Whether `value` is one. Anything can be thrown: at a revoked proxy, `instanceof` itself would throw. */
  static isFailure(value: unknown): value is HookFailure {
    return typeof value === 'object' && value !== null && #isFailure in value;
  }
}

/** What the application's function `name` answers. Throws a {@link HookFailure} if it throws or returns a promise. */
export function answerOfHook<Answer>(name: string, code: GatekeeperErrorCode, hook: () => Answer): Answer {
  return synchronous(name, code, attempt(name, code, hook));
}

/** `answer`, which the application's function `name` gave. Throws a {@link HookFailure} for a promise. */
export function synchronous<Answer>(name: string, code: GatekeeperErrorCode, answer: Answer): Answer {
  if (isThenable(answer)) throw new HookFailure(code, `${name} must be synchronous; it returned a promise`);
  return answer;
}

/** Why the application's function `name` gave no answer, out of what was thrown on the way. */
export function failureOf(name: string, code: GatekeeperErrorCode, thrown: unknown): HookFailure {
  return HookFailure.isFailure(thrown) ? thrown : new HookFailure(code, `${name} threw`, { cause: thrown });
}

/** The same for a value that may well be a thenable, such as a framework's application. */
export function attempt<Answer>(name: string, code: GatekeeperErrorCode, hook: () => Answer): Answer {
  try {
    const answer = hook();
    handleRejection(answer);
    return answer;
  } catch (cause) {
    throw failureOf(name, code, cause);
  }
}

/** Why a flag fails: because of a hook where `cause` says so, else because of `what`. */
export function flagFailure(
  flag: string,
  { code, what, cause }: { readonly code: GatekeeperErrorCode; readonly what: string; readonly cause?: unknown },
): GatekeeperError {
  if (!HookFailure.isFailure(cause)) {
    return new GatekeeperError(code, `Flag ${flag}: ${what}`, cause === undefined ? { flag } : { flag, cause });
  }
  const options = Object.hasOwn(cause, 'cause') ? { flag, cause: cause.cause } : { flag };
  return new GatekeeperError(cause.code, `Flag ${flag}: ${cause.message}`, options);
}
