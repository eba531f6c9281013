import { DEFAULT_MAX_AGE, MANIFEST_LIMITS, MAX_COOKIE_BYTES, MAX_MAX_AGE } from './limits.ts';
import {
  IGNORED_CODES,
  type IgnoredOverride,
  type Manifest,
  type ManifestCookie,
  type ManifestOverrides,
  OVERRIDE_STATES,
  type OverrideState,
} from './manifest.ts';
import { isName, isOverrideCookieName, OVERRIDE_COOKIE } from './names.ts';
import { readContext } from './read-manifest-context.ts';
import { readFlags, readScenarios } from './read-manifest-entries.ts';
import {
  asArray,
  displayString,
  displayStrings,
  isJsonObject,
  type JsonObject,
  ownField,
  parseJson,
} from './untrusted-json.ts';

/** Why a client cannot use a manifest. */
export type ManifestProblem =
  | { readonly kind: 'not-json' }
  | { readonly kind: 'not-a-manifest' }
  | { readonly kind: 'version'; readonly version: string };

/** The result of parsing a manifest: its valid part and the number of dropped entries, or the problem. */
export type ManifestParseResult =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  | { readonly kind: 'problem'; readonly problem: ManifestProblem };

/** Parses a site's manifest from untrusted JSON. Never throws. */
export function parseManifest(text: string): ManifestParseResult {
  const document = parseJson(text);
  if (document === undefined) return { kind: 'problem', problem: { kind: 'not-json' } };
  if (!isJsonObject(document) || ownField(document, 'gatekeeper') === undefined) {
    return { kind: 'problem', problem: { kind: 'not-a-manifest' } };
  }
  const version = ownField(document, 'gatekeeper');
  if (version !== 1) {
    return { kind: 'problem', problem: { kind: 'version', version: versionString(version) } };
  }
  if (!Array.isArray(ownField(document, 'flags'))) return { kind: 'problem', problem: { kind: 'not-a-manifest' } };
  return readManifest(document);
}

function readManifest(document: JsonObject): ManifestParseResult {
  const { flags, dropped: droppedFlags } = readFlags(asArray(ownField(document, 'flags')));
  const { scenarios, dropped: droppedScenarios } = readScenarios(asArray(ownField(document, 'scenarios')));
  const { context, dropped: droppedAttributes } = readContext(ownField(document, 'context'));
  const page = ownField(document, 'page');
  const manifest = {
    ...displayStrings(document, ['app', 'environment', 'revision']),
    cookie: readCookie(ownField(document, 'cookie')),
    overrides: readOverrides(ownField(document, 'overrides')),
    ...(isSameOriginPath(page) ? { page } : {}),
    ...(context === undefined ? {} : { context }),
    flags,
    scenarios,
  };
  return { kind: 'manifest', manifest, dropped: droppedFlags + droppedScenarios + droppedAttributes };
}

// Not JSON.stringify: it overflows the stack on deeply nested values that JSON.parse can read.
function versionString(version: unknown): string {
  return typeof version === 'object' ? '(not a number)' : (displayString(String(version)) ?? '');
}

function readCookie(value: unknown): ManifestCookie {
  const cookie = isJsonObject(value) ? value : {};
  const name = ownField(cookie, 'name');
  return {
    name: isOverrideCookieName(name) ? name : OVERRIDE_COOKIE,
    maxAge: positiveIntegerUpTo(ownField(cookie, 'maxAge'), MAX_MAX_AGE) ?? DEFAULT_MAX_AGE,
  };
}

function readOverrides(value: unknown): ManifestOverrides {
  const overrides = isJsonObject(value) ? value : {};
  const problem = ownField(overrides, 'problem');
  return {
    state: readState(overrides),
    maxBytes: positiveIntegerUpTo(ownField(overrides, 'maxBytes'), MAX_COOKIE_BYTES) ?? MAX_COOKIE_BYTES,
    applied: asArray(ownField(overrides, 'applied')).slice(0, MANIFEST_LIMITS.flags).filter(isName),
    ignored: asArray(ownField(overrides, 'ignored')).slice(0, MANIFEST_LIMITS.flags).flatMap(readIgnored),
    ...readGrant(overrides),
    ...(problem === 'malformed' || problem === 'too-large' ? { problem } : {}),
  };
}

// A client requests a grant from the site itself, so only a path of its origin is valid.
function readGrant(overrides: JsonObject): Pick<ManifestOverrides, 'grantUrl' | 'expiresIn'> {
  const [url, seconds] = [ownField(overrides, 'grantUrl'), ownField(overrides, 'expiresIn')];
  return {
    ...(isSameOriginPath(url) ? { grantUrl: url } : {}),
    ...(typeof seconds === 'number' && seconds > 0 ? { expiresIn: Math.min(Math.ceil(seconds), MAX_MAX_AGE) } : {}),
  };
}

// Browsers read "//a.example" and "/\\a.example" as another host (WHATWG URL 4.4).
function isSameOriginPath(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MANIFEST_LIMITS.text && /^\/(?![/\\])[\x21-\x7e]*$/.test(value);
}

// "enabled" with an expired grant comes from a page that stayed open; the user needs a new grant.
function readState(overrides: JsonObject): OverrideState {
  const state = OVERRIDE_STATES.find((known) => known === ownField(overrides, 'state')) ?? 'disabled';
  const expiresIn = ownField(overrides, 'expiresIn');
  const isExpired = typeof expiresIn === 'number' && expiresIn <= 0;
  return state === 'enabled' && isExpired ? 'grant-required' : state;
}

function readIgnored(value: unknown): readonly IgnoredOverride[] {
  if (!isJsonObject(value)) return [];
  const code = IGNORED_CODES.find((known) => known === ownField(value, 'code'));
  const flag = displayString(ownField(value, 'flag'));
  return code === undefined || flag === undefined ? [] : [{ flag, code, ...displayStrings(value, ['variant']) }];
}

function positiveIntegerUpTo(value: unknown, limit: number): number | undefined {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= limit ? (value as number) : undefined;
}
