import { type ForeignObject, own } from '../wire/foreign-json.ts';
import { isName } from '../wire/names.ts';

/** Which flags a grant covers: every one, or those named. */
export type GrantScope = '*' | ReadonlySet<string>;

/** What a signed grant says, every claim of the right shape; whether it holds now is another question. */
export interface GrantClaims {
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | undefined;
  readonly gen: number;
  readonly scope: GrantScope;
}

export const ISSUER = 'gatekeeper';

/** Seconds that no grant may outlive. */
export const MAX_GRANT_AGE = 86_400;

/** The claims of `payload` for one of `origins`; further claims are not looked at (RFC 7519 4). Never throws. */
export function readClaims(payload: ForeignObject, origins: ReadonlySet<unknown>): GrantClaims | undefined {
  const [iss, aud, sub, jti] = ['iss', 'aud', 'sub', 'jti'].map((name) => own(payload, name));
  const [iat, exp, nbf, gen] = ['iat', 'exp', 'nbf', 'gen'].map((name) => own(payload, name));
  if (iss !== ISSUER || !(Array.isArray(aud) ? aud : [aud]).some((one) => origins.has(one))) return undefined;
  if (!isSafeInteger(iat) || !isSafeInteger(exp) || !(nbf === undefined || isSafeInteger(nbf))) return undefined;
  if (exp <= iat || exp - iat > MAX_GRANT_AGE) return undefined;
  if (typeof jti !== 'string' || !JTI.test(jti) || !isSubject(sub) || !isSafeInteger(gen)) return undefined;
  const scope = readScope(own(payload, 'scp'));
  return scope && { sub, jti, iat, exp, nbf, gen, scope };
}

/** Whether a grant's times hold at `now` in seconds, give or take what the clocks of two servers may differ. */
export function isCurrent({ iat, exp, nbf = iat }: GrantClaims, now: number): boolean {
  return iat <= now + LEEWAY && nbf <= now + LEEWAY && now - LEEWAY < exp;
}

/** Whether `value` may name the person that a grant is for. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && [...value].length <= 128;
}

/** The scope that a list stands for: `['*']`, or at most 64 names of flags. */
export function readScope(list: unknown): GrantScope | undefined {
  if (!Array.isArray(list) || list.length > 64) return undefined;
  if (list.length === 1 && list[0] === '*') return '*';
  const names = new Set<unknown>(list); // `every` would pass over the holes of a list
  return [...names].every(isName) ? (names as Set<string>) : undefined;
}

const LEEWAY = 60;
const JTI = /^[\w.~-]{16,64}$/; // RFC 3986 2.3: unreserved, so that it may stand in a URL, a key or a log

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
