import { randomBytes } from 'node:crypto';
import { Recent } from '../core/recent.ts';
import type { Report } from '../core/report.ts';
import { findCookie } from '../wire/cookie-header.ts';
import { type GrantClaims, type GrantScope, ISSUER, isCurrent, readClaims } from './grant-claims.ts';
import { GRANT_COOKIE, grantCookieText } from './grant-cookie.ts';
import { GrantHooks, hookMistake } from './grant-hooks.ts';
import { type GrantOptions, grantSettings } from './grant-options.ts';
import { MAX_TOKEN, openToken, sealToken } from './grant-token.ts';

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
  mayAsk(request: Request): boolean;
  /** The `Set-Cookie` line that deletes a grant. */
  readonly clearCookie: string;
}

/** Makes a site's grants ready; throws a `GatekeeperError` for options that cannot be meant. */
export function createGrants<Request>(
  options: GrantOptions<Request>,
  report: Report,
  now: () => number = () => Date.now(),
): Grants<Request> {
  const settings = grantSettings(options);
  const { keys, origins, generation, maxAge, path } = settings;
  const hooks = new GrantHooks(settings, report);
  const audience = new Set(origins);
  // Only what passed every check is remembered, by the whole token, and what time, people and revocation say is asked
  // again. A look-up compares hashes, seeded for each process, before any character: it tells nothing of other tokens.
  const verified = new Recent<GrantClaims>(REMEMBERED);
  const seconds = (): number => Math.floor(now() / 1_000);

  function claimsOf(token: string): GrantClaims | undefined {
    const payload = openToken(token, keys);
    return payload && readClaims(payload, audience);
  }

  return {
    path,
    origins,
    clearCookie: grantCookieText('', 0),
    verify(cookieHeader, request) {
      const token = typeof cookieHeader === 'string' ? findCookie(cookieHeader, GRANT_COOKIE) : undefined;
      if (token === undefined) return undefined;
      const remembered = verified.get(token);
      const claims = remembered ?? claimsOf(token);
      if (claims === undefined || !isCurrent(claims, seconds())) return undefined;
      const { jti, sub, gen, scope, exp } = claims;
      const holds = hooks.isSignedIn(sub, request) && hooks.isInForce(jti, sub) && gen >= generation;
      if (!holds) return undefined;
      if (remembered === undefined) verified.set(token, claims);
      return { scope, expiresAt: exp, subject: sub };
    },
    issue(request) {
      const grantee = hooks.grantee(request);
      if (grantee === undefined) return undefined;
      const { sub, scp } = grantee;
      const iat = seconds();
      const jti = randomBytes(16).toString('base64url');
      const claims = { iss: ISSUER, aud: origins[0], sub, iat, exp: iat + maxAge, jti, gen: generation, scp };
      const token = sealToken(claims, keys);
      if (token.length <= MAX_TOKEN) return { token, setCookie: grantCookieText(token, maxAge), expiresIn: maxAge };
      report(hookMistake(`authorize: the grant would have ${token.length} characters; ${MAX_TOKEN} are the most`));
      return undefined;
    },
    mayAsk: (request) => hooks.grantee(request) !== undefined,
  };
}

const REMEMBERED = 1_000;
