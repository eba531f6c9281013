/** The maximum bytes of an override cookie's name and value together: what browsers store (RFC 6265bis 5.6). */
export const MAX_COOKIE_BYTES = 4096;

/** The default lifetime of an override in seconds: seven days, so that none stays for months unnoticed. */
export const DEFAULT_MAX_AGE = 604_800;

/** The maximum lifetime of a cookie in seconds: 400 days (RFC 6265bis 5.5). */
export const MAX_MAX_AGE = 34_560_000;

/** How much of a manifest a client reads, so that a hostile one cannot exhaust it. */
export const MANIFEST_LIMITS = {
  bytes: 1_048_576,
  milliseconds: 5_000,
  flags: 5_000,
  variants: 100,
  scenarios: 100,
  /** Attributes that can be simulated. */
  attributes: 100,
  /** Per scenario; about half as many fit into a cookie. */
  overrides: 500,
  text: 2_000,
  /** The characters of a flag's values as JSON. */
  values: 2_000,
} as const;
