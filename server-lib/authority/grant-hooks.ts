import { isUserId } from '../core/define-flags.ts';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import type { Report } from '../core/report.ts';
import { isThenable } from '../core/thenable.ts';
import { isForeignObject, own } from '../wire/foreign-json.ts';
import { isSubject, readScope } from './grant-claims.ts';
import type { GrantOptions } from './grant-options.ts';

/** Whom the application lets have a grant, as the grant will say it. */
export interface Grantee {
  readonly sub: string;
  readonly scp: readonly string[];
}

type Hooks<Request> = Pick<GrantOptions<Request>, 'authorize' | 'subjectOf' | 'isRevoked'>;

/** The application's word on grants. What throws, or answers with a promise or nonsense, is a no and one report. */
export class GrantHooks<Request> {
  readonly #hooks: Hooks<Request>;
  readonly #report: Report;

  constructor(hooks: Hooks<Request>, report: Report) {
    this.#hooks = hooks;
    this.#report = report;
  }

  /** Who may have a grant on this request. */
  grantee(request: Request): Grantee | undefined {
    const { authorize } = this.#hooks;
    return this.#ask('authorize', () => authorize(request), readGrantee);
  }

  /** Whether `sub` is who is signed in, where the application can tell. */
  isSignedIn(sub: string, request: Request): boolean {
    const { subjectOf } = this.#hooks;
    return subjectOf === undefined || this.#ask('subjectOf', () => subjectOf(request), readId) === sub;
  }

  /** Whether nobody has called the grant back. */
  isInForce(jti: string, sub: string): boolean {
    const { isRevoked } = this.#hooks;
    return isRevoked === undefined || this.#ask('isRevoked', () => isRevoked(jti, sub), readRevoked) === false;
  }

  #ask<Answer>(
    name: string,
    hook: () => unknown,
    read: (answer: unknown) => Answer | GatekeeperError,
  ): Answer | undefined {
    try {
      const answer = hook();
      const reading = isThenable(answer) ? hookMistake(`${name} ${PROMISE}`) : read(answer);
      if (!(reading instanceof GatekeeperError)) return reading;
      this.#report(reading);
    } catch (cause) {
      this.#report(hookMistake(`${name} threw, which is a no`, { cause }));
    }
    return undefined;
  }
}

/** A mistake in one of the functions that answer for grants; its text names no person and shows no token. */
export function hookMistake(message: string, options?: { readonly cause: unknown }): GatekeeperError {
  return new GatekeeperError('ERR_GK_GRANT_HOOK', message, options);
}

const PROMISE =
  'returned a promise, which is a no: find out who is asking in a middleware of your own, and answer synchronously';

// Own fields only: what somebody put on Object.prototype names nobody.
function readGrantee(answer: unknown): Grantee | undefined | GatekeeperError {
  if (!answer) return undefined;
  const fields = isForeignObject(answer) ? answer : {};
  const id = own(fields, 'sub');
  const given = own(fields, 'scope');
  for (const field of [id, given]) isThenable(field); // nobody else would handle its rejection
  const sub = isUserId(id) ? String(id) : undefined;
  if (!isSubject(sub)) return hookMistake('authorize answers with { sub }, a number or a text of 1 to 128 characters');
  // A look-up that found nothing must not widen the grant: every flag is granted only where '*' is written.
  const scope = readScope(given === '*' ? ['*'] : given);
  if (scope === undefined) return hookMistake(`authorize: ${SCOPE}; got ${scopeFound(given)}`);
  return { sub, scp: [...scope] };
}

const SCOPE = "scope must be '*' or an array of at most 64 flag names";

// Names what was found without its value, which may be a person's.
function scopeFound(scope: unknown): string {
  if (isThenable(scope)) return 'a promise';
  if (!Array.isArray(scope)) return scope === null ? 'null' : typeof scope;
  return scope.length > 64 ? `${scope.length} names` : 'an array with an entry that is not a flag name';
}

function readId(answer: unknown): string | undefined | GatekeeperError {
  if (answer === undefined || answer === null) return undefined;
  return isUserId(answer) ? String(answer) : hookMistake(`subjectOf returned no id (${typeof answer}), which is a no`);
}

// A Map's `get` that found nothing is not a promise that nothing was revoked.
function readRevoked(answer: unknown): boolean | GatekeeperError {
  if (typeof answer === 'boolean') return answer;
  return hookMistake(`isRevoked returned neither true nor false (${typeof answer}), which counts as revoked`);
}
