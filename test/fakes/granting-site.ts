import type { GrantOptions } from '../../server-lib/authority/grant-options.ts';
import { createGrants, type Grants } from '../../server-lib/authority/grants.ts';
import { GRANT_SITE } from '../support/grant-site.ts';
import { type ErrorLog, errorLog } from './error-log.ts';

/** A request, as far as grants are concerned. */
export interface Visit {
  readonly signedIn: string | number | null;
}

/** The site of test/vectors/grant-site.json with a clock that a test can set. */
export interface GrantingSite {
  readonly grants: Grants<Visit>;
  readonly log: ErrorLog;
  /** Seconds since 1970. */
  now: number;
}

export function grantingSite(options: Partial<GrantOptions<Visit>> = {}): GrantingSite {
  const { keys, origins, generation, revoked, now } = GRANT_SITE;
  const log = errorLog();
  const all: GrantOptions<Visit> = {
    keys,
    origins,
    generation,
    authorize: ({ signedIn }) => (signedIn === null ? null : { sub: signedIn, scope: '*' }),
    subjectOf: ({ signedIn }) => signedIn,
    isRevoked: (jti, sub) => revoked.some((one) => one.jti === jti && one.sub === sub),
    ...options,
  };
  const site: GrantingSite = { grants: createGrants(all, log.onError, () => site.now * 1_000), log, now };
  return site;
}

/** The `Cookie` header that brings `token`. */
export function grantCookie(token: string): string {
  return `__Host-gatekeeper-grant=${token}`;
}
