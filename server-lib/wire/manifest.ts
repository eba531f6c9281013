import type { AttributeType, AttributeValue } from './context-values.ts';
import type { CookieProblem } from './override-cookie.ts';
import type { Json } from './untrusted-json.ts';

/** Where a variant comes from, in the order of evaluation. `provider`: another library evaluates the flag. */
export const SOURCES = ['override', 'user', 'rule', 'code', 'default', 'error', 'provider'] as const;
export type Source = (typeof SOURCES)[number];

/** The value of a variant. All values of one flag have the same type. */
export type FlagValue = boolean | number | string | { readonly [key: string]: Json };

/** Why the server ignored an entry of the override cookie. The last two are for the simulated context. */
export const IGNORED_CODES = [
  'unknown-flag',
  'unknown-variant',
  'not-a-string',
  'locked',
  'out-of-scope',
  'unknown-attribute',
  'invalid-value',
] as const;
export type IgnoredCode = (typeof IGNORED_CODES)[number];

/** Whether the request may override, and if not, whether a grant would allow it. */
export const OVERRIDE_STATES = ['enabled', 'disabled', 'grant-required'] as const;
export type OverrideState = (typeof OVERRIDE_STATES)[number];

/** An entry of the override cookie that the server did not use. */
export interface IgnoredOverride {
  readonly flag: string;
  readonly variant?: string;
  readonly code: IgnoredCode;
}

/** How a client stores the site's override cookie. */
export interface ManifestCookie {
  readonly name: string;
  /** Seconds. */
  readonly maxAge: number;
}

/** Whether the request may override, and which of its overrides the server used. */
export interface ManifestOverrides {
  readonly state: OverrideState;
  /** The path, on the same origin, that issues and revokes grants. */
  readonly grantUrl?: string;
  /** Seconds until the grant expires. */
  readonly expiresIn?: number;
  /** The maximum bytes of the cookie's name and value together. */
  readonly maxBytes: number;
  readonly applied: readonly string[];
  readonly ignored: readonly IgnoredOverride[];
  readonly problem?: CookieProblem;
}

/** One flag as a client sees it. `current` is the variant for the request that fetched the manifest. */
export interface ManifestFlag {
  readonly name: string;
  readonly variants: readonly string[];
  /** The values of variants, where they are more than the variants' names. */
  readonly values?: Readonly<Record<string, FlagValue>>;
  readonly overridable: boolean;
  readonly description?: string;
  readonly default?: string;
  readonly current?: string;
  /** A {@link Source}; a client shows another one as it is. */
  readonly source?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly withoutOverride?: string;
  /** Whether the evaluation has read the simulated context. */
  readonly simulated?: true;
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly url?: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

/** An attribute that a request may simulate, with the request's own value and the simulated one. */
export type ManifestAttribute = AttributeType & {
  readonly name: string;
  readonly current?: AttributeValue;
  readonly simulated?: AttributeValue;
};

/** What a request may simulate. An absent member cannot be simulated. */
export interface ManifestContext {
  readonly attributes?: readonly ManifestAttribute[];
  readonly user?: { readonly current?: string; readonly simulated?: string };
  /** `simulated` is ISO 8601 in UTC. */
  readonly time?: { readonly simulated?: string };
}

/** A parsed manifest, version 1: every field has the right type and is within the limits. */
export interface Manifest {
  readonly app?: string;
  readonly environment?: string;
  readonly revision?: string;
  readonly cookie: ManifestCookie;
  readonly overrides: ManifestOverrides;
  /** The path, on the same origin, of the page that does what the extension's popup does. */
  readonly page?: string;
  readonly context?: ManifestContext;
  readonly flags: readonly ManifestFlag[];
  readonly scenarios: readonly Scenario[];
}

/** A named set of overrides that a site proposes. */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly overrides: Readonly<Record<string, string>>;
}

/** A site's manifest, version 1, as the server sends it. */
export interface ManifestDocument extends Manifest {
  readonly gatekeeper: 1;
  readonly cookie: ManifestCookie & { readonly path: '/'; readonly sameSite: 'Lax'; readonly secure: boolean };
}
