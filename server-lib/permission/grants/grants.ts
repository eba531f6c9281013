import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ErrorReporter } from '../../core/error-reporter.ts';
import { LruCache } from '../../core/lru-cache.ts';
import { findCookie } from '../../wire/cookie-header.ts';
import { ownField } from '../../wire/untrusted-json.ts';
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

/** A grant just made. */
export interface IssuedGrant {
  readonly token: string;
  /** The `Set-Cookie` line that stores it. */
  readonly setCookie: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Gives grants and checks them. Nothing here throws. */
export interface Grants<Request> {
  readonly path: string;
  readonly origins: readonly string[];
  /** The grant among the cookies of a raw `Cookie` header, if it holds now and for this request. */
  verify(cookieHeader: string | undefined, request: Request): Grant | undefined;
  /** A new grant for whom the application names. */
  issue(request: Request): IssuedGrant | undefined;
  /** Whether the application names somebody who may have a grant. */
  isEligible(request: Request): boolean;
  /** The `Set-Cookie` line that deletes a grant. */
  readonly clearCookie: string;
}

/** Makes a site's grants ready; throws a `GatekeeperError` for options that cannot be meant. */
export function createGrants<Request>(
  options: GrantOptions<Request>,
  report: ErrorReporter,
  now: () => number = () => Date.now(),
): Grants<Request> {
  const settings = validateGrantOptions(options);
  const { keys, origins, generation, maxAge, path } = settings;
  const hooks = new GrantHooks(settings, report);
  const audience = new Set(origins);
  // Only what passed every check is remembered, by the whole token, and what time, people and revocation say is asked
  // again. A look-up compares hashes, seeded for each process, before any character: it tells nothing of other tokens.
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
      const remembered = verified.get(token);
      const claims = remembered ?? claimsOf(token);
      if (claims === undefined || !isWithinValidity(claims, seconds())) return undefined;
      const { jti, sub, gen, scope, exp } = claims;
      const holds = hooks.matchesSubject(sub, request) && hooks.isNotRevoked(jti, sub) && gen >= generation;
      if (!holds) return undefined;
      if (remembered === undefined) verified.set(token, claims);
      return { scope, expiresAt: exp, subject: sub };
    },
    issue(request) {
      const grantee = hooks.authorize(request);
      if (grantee === undefined) return undefined;
      const { sub, scp } = grantee;
      const iat = seconds();
      const jti = randomBytes(16).toString('base64url');
      const claims = { iss: ISSUER, aud: origins[0], sub, iat, exp: iat + maxAge, jti, gen: generation, scp };
      const token = signToken(claims, keys);
      if (token.length <= MAX_TOKEN_LENGTH)
        return { token, setCookie: serializeGrantCookie(token, maxAge), expiresIn: maxAge };
      report(
        grantHookError(`authorize: the grant would have ${token.length} characters; ${MAX_TOKEN_LENGTH} are the most`),
      );
      return undefined;
    },
    isEligible: (request) => hooks.authorize(request) !== undefined,
  };
}

const CACHE_SIZE = 1_000;

/** The cookie that holds a grant. */
const GRANT_COOKIE = '__Host-gatekeeper-grant';

/** The `Set-Cookie` line that stores a grant for `maxAge` seconds, out of reach of scripts; 0 deletes it. */
function serializeGrantCookie(token: string, maxAge: number): string {
  return `${GRANT_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
}

/** What a request to the grant's path asks for. */
export type GrantAction = 'issue' | 'revoke';

/** What a request may change about its grant: nothing unless it is a POST or DELETE of the site's own. */
export function grantAction(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  origins: readonly string[],
): GrantAction | undefined {
  if ((method !== 'POST' && method !== 'DELETE') || !isSameOriginRequest(headers, origins)) return undefined;
  return method === 'POST' ? 'issue' : 'revoke';
}

/**
 * Whether a request was made by a page of one of `origins`, on purpose (docs/protocol.md section 5). The header that
 * no form can send makes a browser ask before another origin may; a header sent twice arrives joined, and fits nothing.
 */
export function isSameOriginRequest(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const [site, origin, mark] = ['sec-fetch-site', 'origin', 'x-gatekeeper'].map((name) => ownField(headers, name));
  // Browsers leave Sec-Fetch-Site out on plain http; Origin has to fit either way.
  const isSameOrigin = site === undefined || site === 'same-origin';
  return isSameOrigin && origins.some((one) => one === origin) && mark === '1';
}
