import type { GrantOptions } from '../../../server-lib/permission/grants/grant-options.ts';
import { createGrants, type Grants } from '../../../server-lib/permission/grants/grants.ts';
import { type ErrorLog, errorLog } from '../../fakes/error-log.ts';
import { GRANT_SITE } from '../protocol/grant-vectors.ts';

/** The part of a request that grants depend on. */
export interface SiteRequest {
  readonly signedIn: string | number | null;
}

/** The site of test/vectors/grant-site.json with a clock that a test can set. */
export interface GrantingSite {
  readonly grants: Grants<SiteRequest>;
  readonly log: ErrorLog;
  /** Seconds since 1970. */
  now: number;
}

export function grantingSite(options: Partial<GrantOptions<SiteRequest>> = {}): GrantingSite {
  const { keys, origins, generation, revoked, now } = GRANT_SITE;
  const log = errorLog();
  const all: GrantOptions<SiteRequest> = {
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

/** The `Cookie` header that contains `token`. */
export function grantCookie(token: string): string {
  return `__Host-gatekeeper-grant=${token}`;
}
