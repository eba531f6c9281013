/** The protocol between a site and a client: names, limits, the override cookie and the manifest. */
export { findCookie } from './wire/cookie-header.ts';
export { shownText } from './wire/foreign-json.ts';
export { DEFAULT_MAX_AGE, MANIFEST_LIMITS, MAX_COOKIE_OCTETS } from './wire/limits.ts';
export type {
  IgnoredCode,
  IgnoredOverride,
  Manifest,
  ManifestCookie,
  ManifestDocument,
  ManifestFlag,
  ManifestOverrides,
  OverrideState,
  Scenario,
  Source,
} from './wire/manifest.ts';
export { isName, isOverrideCookieName, MANIFEST_PATH, OVERRIDE_COOKIE } from './wire/names.ts';
export {
  type CookieProblem,
  type CookieReading,
  cookieOctets,
  decodeOverrides,
  encodeOverrides,
  readOverrideCookie,
} from './wire/override-cookie.ts';
export { type ManifestProblem, type ManifestReading, parseManifest } from './wire/read-manifest.ts';
export { readScenarios } from './wire/read-scenarios.ts';
export { type Evaluations, evaluationsOf, type TimingMetric } from './wire/read-server-timing.ts';
export type { Acknowledged } from './wire/server-timing.ts';
export { type CookieStorage, overrideCookieText } from './wire/set-cookie.ts';
export { readServerTiming } from './wire/timing-header.ts';
