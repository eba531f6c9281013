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
import { readFlags, readScenarios } from './read-manifest-entries.ts';
import { asArray, displayString, displayStrings, isJsonObject, type JsonObject, ownField } from './untrusted-json.ts';

/** Why a text is no manifest that this client can use. */
export type ManifestProblem =
  | { readonly kind: 'not-json' }
  | { readonly kind: 'not-a-manifest' }
  | { readonly kind: 'version'; readonly version: string };

/** What a client makes of a manifest's text: the good part of it and how many entries were left out, or the problem. */
export type ManifestParseResult =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  | { readonly kind: 'problem'; readonly problem: ManifestProblem };

/** A site's manifest from its JSON text, however hostile; never throws. */
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
  const manifest = {
    ...displayStrings(document, ['app', 'environment', 'revision']),
    cookie: readCookie(ownField(document, 'cookie')),
    overrides: readOverrides(ownField(document, 'overrides')),
    flags,
    scenarios,
  };
  return { kind: 'manifest', manifest, dropped: droppedFlags + droppedScenarios };
}

// An object is not spelt out: JSON.stringify overflows the stack on what JSON.parse has read without trouble.
function versionString(version: unknown): string {
  return typeof version === 'object' ? 'of no number' : (displayString(String(version)) ?? '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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

// A grant is asked for on the site itself: nothing but a path of it will do.
function readGrant(overrides: JsonObject): Pick<ManifestOverrides, 'grantUrl' | 'expiresIn'> {
  const [url, seconds] = [ownField(overrides, 'grantUrl'), ownField(overrides, 'expiresIn')];
  return {
    ...(isSameOriginPath(url) ? { grantUrl: url } : {}),
    ...(typeof seconds === 'number' && seconds > 0 ? { expiresIn: Math.min(Math.ceil(seconds), MAX_MAX_AGE) } : {}),
  };
}

// "//a.example" and "/\\a.example" name another host to a browser (WHATWG URL 4.4).
function isSameOriginPath(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MANIFEST_LIMITS.text && /^\/(?![/\\])[\x21-\x7e]*$/.test(value);
}

// An "enabled" whose grant has run out is a page that was left open: what helps is a new grant.
function readState(overrides: JsonObject): OverrideState {
  const state = OVERRIDE_STATES.find((known) => known === ownField(overrides, 'state')) ?? 'disabled';
  const expiresIn = ownField(overrides, 'expiresIn');
  const hasRunOut = typeof expiresIn === 'number' && expiresIn <= 0;
  return state === 'enabled' && hasRunOut ? 'grant-required' : state;
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
