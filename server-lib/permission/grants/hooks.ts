import type { ErrorReporter } from '../../core/error-reporter.ts';
import { GatekeeperError } from '../../core/errors.ts';
import { isThenable } from '../../core/thenable.ts';
import { isUserId } from '../../core/values.ts';
import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';
import type { GrantOptions } from './grant-options.ts';
import { isSubject, readScope } from './token.ts';

/** Whom the application lets have a grant, as the grant will say it. */
export interface Grantee {
  readonly sub: string;
  readonly scp: readonly string[];
}

type Hooks<Request> = Pick<GrantOptions<Request>, 'authorize' | 'subjectOf' | 'isRevoked'>;

/** The application's word on grants. What throws, or answers with a promise or nonsense, is a no and one report. */
export class GrantHooks<Request> {
  readonly #hooks: Hooks<Request>;
  readonly #report: ErrorReporter;

  constructor(hooks: Hooks<Request>, report: ErrorReporter) {
    this.#hooks = hooks;
    this.#report = report;
  }

  /** Who may have a grant on this request. */
  authorize(request: Request): Grantee | undefined {
    const { authorize } = this.#hooks;
    return this.#call('authorize', () => authorize(request), readGrantee);
  }

  /** Whether `sub` is who is signed in, where the application can tell. */
  matchesSubject(sub: string, request: Request): boolean {
    const { subjectOf } = this.#hooks;
    return subjectOf === undefined || this.#call('subjectOf', () => subjectOf(request), readSubject) === sub;
  }

  /** Whether nobody has called the grant back. */
  isNotRevoked(jti: string, sub: string): boolean {
    const { isRevoked } = this.#hooks;
    return isRevoked === undefined || this.#call('isRevoked', () => isRevoked(jti, sub), readRevoked) === false;
  }

  #call<Answer>(
    name: string,
    hook: () => unknown,
    read: (result: unknown) => Answer | GatekeeperError,
  ): Answer | undefined {
    try {
      const result = hook();
      const reading = isThenable(result) ? grantHookError(`${name} ${PROMISE}`) : read(result);
      if (!(reading instanceof GatekeeperError)) return reading;
      this.#report(reading);
    } catch (cause) {
      this.#report(grantHookError(`${name} threw, which is a no`, { cause }));
    }
    return undefined;
  }
}

/** A mistake in one of the functions that answer for grants; its text names no person and shows no token. */
export function grantHookError(message: string, options?: { readonly cause: unknown }): GatekeeperError {
  return new GatekeeperError('ERR_GK_GRANT_HOOK', message, options);
}

const PROMISE =
  'returned a promise, which is a no: find out who is asking in a middleware of your own, and answer synchronously';

// Own fields only: what somebody put on Object.prototype names nobody.
function readGrantee(result: unknown): Grantee | undefined | GatekeeperError {
  if (!result) return undefined;
  const fields = isJsonObject(result) ? result : {};
  const id = ownField(fields, 'sub');
  const options = ownField(fields, 'scope');
  for (const field of [id, options]) isThenable(field); // nobody else would handle its rejection
  const sub = isUserId(id) ? String(id) : undefined;
  if (!isSubject(sub))
    return grantHookError('authorize answers with { sub }, a number or a text of 1 to 128 characters');
  // A look-up that found nothing must not widen the grant: every flag is granted only where '*' is written.
  const scope = readScope(options === '*' ? ['*'] : options);
  if (scope === undefined) return grantHookError(`authorize: ${SCOPE}; got ${describeScope(options)}`);
  return { sub, scp: [...scope] };
}

const SCOPE = "scope must be '*' or an array of at most 64 flag names";

// Names what was found without its value, which may be a person's.
function describeScope(scope: unknown): string {
  if (isThenable(scope)) return 'a promise';
  if (!Array.isArray(scope)) return scope === null ? 'null' : typeof scope;
  return scope.length > 64 ? `${scope.length} names` : 'an array with an entry that is not a flag name';
}

function readSubject(result: unknown): string | undefined | GatekeeperError {
  if (result === undefined || result === null) return undefined;
  return isUserId(result)
    ? String(result)
    : grantHookError(`subjectOf returned no id (${typeof result}), which is a no`);
}

// A Map's `get` that found nothing is not a promise that nothing was revoked.
function readRevoked(result: unknown): boolean | GatekeeperError {
  if (typeof result === 'boolean') return result;
  return grantHookError(`isRevoked returned neither true nor false (${typeof result}), which counts as revoked`);
}
