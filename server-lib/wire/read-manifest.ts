import { type ForeignObject, isForeignObject, list, own, shownText, texts } from './foreign-json.ts';
import { DEFAULT_MAX_AGE, MANIFEST_LIMITS, MAX_COOKIE_OCTETS, MAX_MAX_AGE } from './limits.ts';
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
import { readFlags } from './read-flags.ts';
import { readScenarios } from './read-scenarios.ts';

/** Why a text is no manifest that this client can use. */
export type ManifestProblem =
  | { readonly kind: 'not-json' }
  | { readonly kind: 'not-a-manifest' }
  | { readonly kind: 'version'; readonly version: string };

/** What a client makes of a manifest's text: the good part of it and how many entries were left out, or the problem. */
export type ManifestReading =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  | { readonly kind: 'problem'; readonly problem: ManifestProblem };

/** A site's manifest from its JSON text, however hostile; never throws. */
export function parseManifest(text: string): ManifestReading {
  const document = parsed(text);
  if (document === undefined) return { kind: 'problem', problem: { kind: 'not-json' } };
  if (!isForeignObject(document) || own(document, 'gatekeeper') === undefined) {
    return { kind: 'problem', problem: { kind: 'not-a-manifest' } };
  }
  const version = own(document, 'gatekeeper');
  if (version !== 1) {
    return { kind: 'problem', problem: { kind: 'version', version: versionText(version) } };
  }
  if (!Array.isArray(own(document, 'flags'))) return { kind: 'problem', problem: { kind: 'not-a-manifest' } };
  return readManifest(document);
}

function readManifest(document: ForeignObject): ManifestReading {
  const { flags, dropped: droppedFlags } = readFlags(list(own(document, 'flags')));
  const { scenarios, dropped: droppedScenarios } = readScenarios(list(own(document, 'scenarios')));
  const manifest = {
    ...texts(document, ['app', 'environment', 'revision']),
    cookie: readCookie(own(document, 'cookie')),
    overrides: readOverrides(own(document, 'overrides')),
    flags,
    scenarios,
  };
  return { kind: 'manifest', manifest, dropped: droppedFlags + droppedScenarios };
}

// An object is not spelt out: JSON.stringify overflows the stack on what JSON.parse has read without trouble.
function versionText(version: unknown): string {
  return typeof version === 'object' ? 'of no number' : (shownText(String(version)) ?? '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readCookie(value: unknown): ManifestCookie {
  const cookie = isForeignObject(value) ? value : {};
  const name = own(cookie, 'name');
  return {
    name: isOverrideCookieName(name) ? name : OVERRIDE_COOKIE,
    maxAge: integerWithin(own(cookie, 'maxAge'), MAX_MAX_AGE) ?? DEFAULT_MAX_AGE,
  };
}

function readOverrides(value: unknown): ManifestOverrides {
  const overrides = isForeignObject(value) ? value : {};
  const problem = own(overrides, 'problem');
  return {
    state: readState(overrides),
    maxBytes: integerWithin(own(overrides, 'maxBytes'), MAX_COOKIE_OCTETS) ?? MAX_COOKIE_OCTETS,
    applied: list(own(overrides, 'applied')).slice(0, MANIFEST_LIMITS.flags).filter(isName),
    ignored: list(own(overrides, 'ignored')).slice(0, MANIFEST_LIMITS.flags).flatMap(readIgnored),
    ...grantOf(overrides),
    ...(problem === 'malformed' || problem === 'too-large' ? { problem } : {}),
  };
}

// A grant is asked for on the site itself: nothing but a path of it will do.
function grantOf(overrides: ForeignObject): Pick<ManifestOverrides, 'grantUrl' | 'expiresIn'> {
  const [url, seconds] = [own(overrides, 'grantUrl'), own(overrides, 'expiresIn')];
  return {
    ...(isLocalPath(url) ? { grantUrl: url } : {}),
    ...(typeof seconds === 'number' && seconds > 0 ? { expiresIn: Math.min(Math.ceil(seconds), MAX_MAX_AGE) } : {}),
  };
}

// "//a.example" and "/\\a.example" name another host to a browser (WHATWG URL 4.4).
function isLocalPath(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MANIFEST_LIMITS.text && /^\/(?![/\\])[\x21-\x7e]*$/.test(value);
}

// An "enabled" whose grant has run out is a page that was left open: what helps is a new grant.
function readState(overrides: ForeignObject): OverrideState {
  const state = OVERRIDE_STATES.find((known) => known === own(overrides, 'state')) ?? 'disabled';
  const expiresIn = own(overrides, 'expiresIn');
  const hasRunOut = typeof expiresIn === 'number' && expiresIn <= 0;
  return state === 'enabled' && hasRunOut ? 'grant-required' : state;
}

function readIgnored(value: unknown): readonly IgnoredOverride[] {
  if (!isForeignObject(value)) return [];
  const code = IGNORED_CODES.find((known) => known === own(value, 'code'));
  const flag = shownText(own(value, 'flag'));
  return code === undefined || flag === undefined ? [] : [{ flag, code, ...texts(value, ['variant']) }];
}

function integerWithin(value: unknown, most: number): number | undefined {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= most ? (value as number) : undefined;
}
