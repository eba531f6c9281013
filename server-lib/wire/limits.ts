/** Octets of an override cookie's name and value together: what browsers keep (RFC 6265bis 5.6). */
export const MAX_COOKIE_BYTES = 4096;

/** Seconds an override lives when nothing else is said: seven days, so that none is forgotten for months. */
export const DEFAULT_MAX_AGE = 604_800;

/** Seconds no cookie may outlive: 400 days (RFC 6265bis 5.5). */
export const MAX_MAX_AGE = 34_560_000;

/** What a client takes of a manifest, so that a hostile one cannot exhaust it. */
export const MANIFEST_LIMITS = {
  bytes: 1_048_576,
  milliseconds: 5_000,
  flags: 5_000,
  variants: 100,
  scenarios: 100,
  /** Of one scenario: a cookie has room for half as many. */
  overrides: 500,
  text: 2_000,
} as const;
