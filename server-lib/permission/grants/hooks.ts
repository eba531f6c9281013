import type { ErrorReporter } from '../../core/error-reporter.ts';
import { GatekeeperError } from '../../core/errors.ts';
import { isThenable, observePromise } from '../../core/thenable.ts';
import { isUserId, kindOf } from '../../core/values.ts';
import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';
import type { GrantOptions } from './grant-options.ts';
import { isSubject, readScope } from './token.ts';

/** The user and scope that the application authorizes, as claims of the grant. */
export interface Grantee {
  readonly sub: string;
  readonly scp: readonly string[];
}

type Hooks<Request> = Pick<GrantOptions<Request>, 'authorize' | 'subjectOf' | 'isRevoked'>;

/** The application's functions for grants. One that throws or returns a promise or an invalid value refuses and is reported. */
export class GrantHooks<Request> {
  readonly #hooks: Hooks<Request>;
  readonly #report: ErrorReporter;

  constructor(hooks: Hooks<Request>, report: ErrorReporter) {
    this.#hooks = hooks;
    this.#report = report;
  }

  /** The user who may have a grant on this request. */
  authorize(request: Request): Grantee | undefined {
    const { authorize } = this.#hooks;
    return this.#call('authorize', () => authorize(request), readGrantee);
  }

  /** Whether `sub` is the signed-in user; `true` without `subjectOf`. */
  matchesSubject(sub: string, request: Request): boolean {
    const { subjectOf } = this.#hooks;
    return subjectOf === undefined || this.#call('subjectOf', () => subjectOf(request), readSubject) === sub;
  }

  /** Whether the grant was not revoked; `true` without `isRevoked`. */
  isNotRevoked(jti: string, sub: string): boolean {
    const { isRevoked } = this.#hooks;
    return isRevoked === undefined || this.#call('isRevoked', () => isRevoked(jti, sub), readRevoked) === false;
  }

  #call<Value>(
    name: string,
    hook: () => unknown,
    read: (result: unknown) => Value | GatekeeperError,
  ): Value | undefined {
    try {
      const result = hook();
      const value = isThenable(result) ? grantHookError(`${name} ${PROMISE}`) : read(result);
      if (!(value instanceof GatekeeperError)) return value;
      this.#report(value);
    } catch (cause) {
      this.#report(grantHookError(`${name} threw, so the grant is refused`, { cause }));
    }
    return undefined;
  }
}

/** An error in one of the application's functions for grants. Its message contains no user id and no token. */
export function grantHookError(message: string, options?: { readonly cause: unknown }): GatekeeperError {
  return new GatekeeperError('ERR_GK_GRANT_HOOK', message, options);
}

const PROMISE =
  'must be synchronous; it returned a promise, so the grant is refused. Look up the user in a middleware that runs before gatekeeper()';

// Own fields only, so that a polluted Object.prototype authorizes no user.
function readGrantee(result: unknown): Grantee | undefined | GatekeeperError {
  if (!result) return undefined;
  const fields = isJsonObject(result) ? result : {};
  const id = ownField(fields, 'sub');
  const list = ownField(fields, 'scope');
  for (const field of [id, list]) observePromise(field); // handles a rejection
  const sub = isUserId(id) ? String(id) : undefined;
  if (!isSubject(sub)) return grantHookError(`authorize: ${SUB}; got ${kindOf(id)}`);
  // A failed lookup must not widen the grant: only '*' covers every flag.
  const scope = readScope(list === '*' ? ['*'] : list);
  if (scope === undefined) return grantHookError(`authorize: ${SCOPE}; got ${describeScope(list)}`);
  return { sub, scp: [...scope] };
}

const SUB = 'sub must be a number or a string of 1 to 128 characters';
const SCOPE = "scope must be '*' or an array of at most 64 flag names";

// Describes the value without its content, which may be personal.
function describeScope(scope: unknown): string {
  if (isThenable(scope)) return 'a promise';
  if (!Array.isArray(scope)) return scope === null ? 'null' : typeof scope;
  return scope.length > 64 ? `${scope.length} names` : 'an array with an entry that is not a flag name';
}

function readSubject(result: unknown): string | undefined | GatekeeperError {
  if (result === undefined || result === null) return undefined;
  return isUserId(result)
    ? String(result)
    : grantHookError(`subjectOf must return a string or a number; got ${kindOf(result)}, so the grant is refused`);
}

// The `undefined` of a failed lookup does not mean that the grant was not revoked.
function readRevoked(result: unknown): boolean | GatekeeperError {
  if (typeof result === 'boolean') return result;
  return grantHookError(`isRevoked must return true or false; got ${kindOf(result)}, so the grant is refused`);
}
