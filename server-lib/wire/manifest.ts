import type { CookieProblem } from './override-cookie.ts';

/** Where a variant came from, in the order in which the sources are asked. */
export const SOURCES = ['override', 'user', 'rule', 'code', 'default', 'error'] as const;
export type Source = (typeof SOURCES)[number];

/** Why the server left an override out. */
export const IGNORED_CODES = ['unknown-flag', 'unknown-variant', 'not-a-string', 'locked', 'out-of-scope'] as const;
export type IgnoredCode = (typeof IGNORED_CODES)[number];

/** Whether a browser may override on this site, and if not, what is missing. */
export const OVERRIDE_STATES = ['enabled', 'disabled', 'grant-required'] as const;
export type OverrideState = (typeof OVERRIDE_STATES)[number];

/** An entry of the override cookie that the server did not use. */
export interface IgnoredOverride {
  readonly flag: string;
  readonly variant?: string;
  readonly code: IgnoredCode;
}

/** How the site wants its override cookie stored. */
export interface ManifestCookie {
  readonly name: string;
  /** Seconds. */
  readonly maxAge: number;
}

/** Whether overriding is possible, and what became of the overrides that this request brought. */
export interface ManifestOverrides {
  readonly state: OverrideState;
  /** A path of the same origin, where a grant is asked for and given back. */
  readonly grantUrl?: string;
  /** Seconds that a grant still holds. */
  readonly expiresIn?: number;
  /** Octets that the cookie's name and value may have together. */
  readonly maxBytes: number;
  readonly applied: readonly string[];
  readonly ignored: readonly IgnoredOverride[];
  readonly problem?: CookieProblem;
}

/** One flag as a client sees it; `current` holds for the very request that asked. */
export interface ManifestFlag {
  readonly name: string;
  readonly variants: readonly string[];
  readonly overridable: boolean;
  readonly description?: string;
  readonly default?: string;
  readonly current?: string;
  readonly source?: Source;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly withoutOverride?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly url?: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

/** A site's manifest, version 1, as a careful reader gives it: every field of the shape and within the limits. */
export interface Manifest {
  readonly app?: string;
  readonly environment?: string;
  readonly revision?: string;
  readonly cookie: ManifestCookie;
  readonly overrides: ManifestOverrides;
  readonly flags: readonly ManifestFlag[];
  readonly scenarios: readonly Scenario[];
}

/** A named set of overrides that a site proposes. */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly overrides: Readonly<Record<string, string>>;
}

/** A site's manifest, version 1, as it stands on the wire. */
export interface ManifestDocument extends Manifest {
  readonly gatekeeper: 1;
  readonly cookie: ManifestCookie & { readonly path: '/'; readonly sameSite: 'Lax'; readonly secure: boolean };
}
