/** The protocol between a site and a client: names, limits, the override cookie and the manifest. */

export {
  type AttributeType,
  type AttributeValue,
  attributeKey,
  isContextKey,
  isSimulatedUser,
  parseAttributeValue,
  parseUtcTime,
  TIME_KEY,
  USER_KEY,
} from './wire/context-values.ts';
export { findCookie } from './wire/cookie-header.ts';
export { DEFAULT_MAX_AGE, MANIFEST_LIMITS, MAX_COOKIE_BYTES } from './wire/limits.ts';
export type {
  IgnoredCode,
  IgnoredOverride,
  Manifest,
  ManifestAttribute,
  ManifestContext,
  ManifestCookie,
  ManifestDocument,
  ManifestFlag,
  ManifestOverrides,
  OverrideState,
  Scenario,
  Source,
} from './wire/manifest.ts';
export { isName, isOverrideCookieName, MANIFEST_PATH, OVERRIDE_COOKIE, PROPOSAL_FRAGMENT } from './wire/names.ts';
export {
  type CookieOptions,
  type CookieParseResult,
  type CookieProblem,
  cookieBytes,
  decodeOverrides,
  encodeOverrides,
  readOverrideCookie,
  serializeOverrideCookie,
} from './wire/override-cookie.ts';
export { type ManifestParseResult, type ManifestProblem, parseManifest } from './wire/read-manifest.ts';
export { readScenarios } from './wire/read-manifest-entries.ts';
export { readServerTiming } from './wire/server-timing.ts';
export { displayString, parseUrl } from './wire/untrusted-json.ts';
export { type EvaluatedFlag, readTimingMetrics, type ServerTimingFlags, type TimingMetric } from './wire/used-flags.ts';
