import type { ErrorReporter } from '../../core/error-reporter.ts';
import { type IncomingRequest, type RequestHeaders, readRequestHeader } from '../../core/incoming-request.ts';
import { LruCache } from '../../core/lru-cache.ts';
import { nodeCrypto } from '../../core/node-crypto.ts';
import { findCookie } from '../../wire/cookie-header.ts';
import { type GrantOptions, validateGrantOptions } from './grant-options.ts';
import { GrantHooks, grantHookError } from './hooks.ts';
import {
  type GrantClaims,
  type GrantScope,
  ISSUER,
  isWithinValidity,
  MAX_TOKEN_LENGTH,
  readClaims,
  signToken,
  verifyToken,
} from './token.ts';

/** What a request's grant permits. */
export interface Grant {
  readonly scope: GrantScope;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly subject: string;
}

/** A new grant. */
export interface IssuedGrant {
  readonly token: string;
  /** The `Set-Cookie` line that stores it. */
  readonly setCookie: string;
  /** The lifetime in seconds. */
  readonly expiresIn: number;
}

/** Issues and verifies grants. The methods never throw. */
export interface Grants<Request> {
  readonly path: string;
  readonly origins: readonly string[];
  /** The grant in a raw `Cookie` header, if it is valid now and for this request. */
  verify(cookieHeader: string | undefined, request: Request): Grant | undefined;
  /** A new grant for the user that `authorize` returns, if any. */
  issue(request: Request): IssuedGrant | undefined;
  /** Whether `authorize` returns a user for this request. */
  isEligible(request: Request): boolean;
  /** The `Set-Cookie` line that deletes a grant. */
  readonly clearCookie: string;
}

/** Creates a site's grants. Throws a `GatekeeperError` for invalid options. */
export function createGrants<Request>(
  options: GrantOptions<Request>,
  report: ErrorReporter,
  now: () => number = () => Date.now(),
): Grants<Request> {
  const settings = validateGrantOptions(options);
  const { keys, origins, generation, maxAge, path } = settings;
  const hooks = new GrantHooks(settings, report);
  const audience = new Set(origins);
  // Only tokens that passed every check are cached, by the whole token. Time, user and revocation are checked each time. The
  // Map compares seeded hashes first, so its timing reveals nothing about other tokens.
  const verified = new LruCache<GrantClaims>(CACHE_SIZE);
  const seconds = (): number => Math.floor(now() / 1_000);

  function claimsOf(token: string): GrantClaims | undefined {
    const payload = verifyToken(token, keys);
    return payload && readClaims(payload, audience);
  }

  return {
    path,
    origins,
    clearCookie: serializeGrantCookie('', 0),
    verify(cookieHeader, request) {
      const token = typeof cookieHeader === 'string' ? findCookie(cookieHeader, GRANT_COOKIE) : undefined;
      if (token === undefined) return undefined;
      const cached = verified.get(token);
      const claims = cached ?? claimsOf(token);
      if (claims === undefined || !isWithinValidity(claims, seconds())) return undefined;
      const { jti, sub, gen, scope, exp } = claims;
      const isValid = hooks.matchesSubject(sub, request) && hooks.isNotRevoked(jti, sub) && gen >= generation;
      if (!isValid) return undefined;
      if (cached === undefined) verified.set(token, claims);
      return { scope, expiresAt: exp, subject: sub };
    },
    issue(request) {
      const grantee = hooks.authorize(request);
      if (grantee === undefined) return undefined;
      const { sub, scp } = grantee;
      const iat = seconds();
      const jti = nodeCrypto().randomBytes(16).toString('base64url');
      const claims = { iss: ISSUER, aud: origins[0], sub, iat, exp: iat + maxAge, jti, gen: generation, scp };
      const token = signToken(claims, keys);
      if (token.length <= MAX_TOKEN_LENGTH)
        return { token, setCookie: serializeGrantCookie(token, maxAge), expiresIn: maxAge };
      report(
        grantHookError(
          `authorize: a grant must have at most ${MAX_TOKEN_LENGTH} characters; got ${token.length}. Use a shorter scope`,
        ),
      );
      return undefined;
    },
    isEligible: (request) => hooks.authorize(request) !== undefined,
  };
}

const CACHE_SIZE = 1_000;

/** The cookie that holds a grant. */
const GRANT_COOKIE = '__Host-gatekeeper-grant';

/** The `Set-Cookie` line that stores a grant for `maxAge` seconds, not readable by scripts; 0 deletes it. */
function serializeGrantCookie(token: string, maxAge: number): string {
  return `${GRANT_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
}

/** What a request to the grant's path does. */
export type GrantAction = 'issue' | 'revoke';

/** The action of a request to the grant's path; `undefined` unless it is a POST or DELETE by a page of the site. */
export function grantAction(
  { method, headers }: Pick<IncomingRequest, 'method' | 'headers'>,
  origins: readonly string[],
): GrantAction | undefined {
  if ((method !== 'POST' && method !== 'DELETE') || !isSameOriginRequest(headers, origins)) return undefined;
  return method === 'POST' ? 'issue' : 'revoke';
}

/**
 * Whether a page of one of `origins` made the request on purpose (docs/protocol.md section 5). No form can send the header
 * `X-Gatekeeper`, and another origin needs a preflight for it. A header that is sent twice arrives joined and does not match.
 */
export function isSameOriginRequest(headers: RequestHeaders, origins: readonly string[]): boolean {
  const [site, origin, mark] = ['sec-fetch-site', 'origin', 'x-gatekeeper'].map((name) =>
    readRequestHeader(headers, name),
  );
  // Browsers do not send Sec-Fetch-Site on plain http; Origin must match in any case.
  const isSameOrigin = site === undefined || site === 'same-origin';
  return isSameOrigin && origins.some((one) => one === origin) && mark === '1';
}
