import {
  DEFAULT_MAX_AGE,
  displayString,
  MAX_COOKIE_BYTES,
  type Manifest,
  type ManifestCookie,
  type ManifestProblem,
  OVERRIDE_COOKIE,
  parseManifest,
} from '../../../server-lib/wire.ts';
import type { CookiePair, DirectFetchDenial, ManifestResponse, PageFailure, PageSnapshot } from './page-port.ts';
import { type PageRecord, readPageRecord } from './page-record.ts';
import { readStored, type StoredOverrides, type Undo } from './stored-overrides.ts';

/** What the popup is showing. */
export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable-page'; readonly failure: PageFailure }
  | ManifestAbsent
  | ManifestFailed
  | Ready;

/** The site has no manifest; a cookie that is left over from when it had one can still be cleared. */
export interface ManifestAbsent extends Site {
  readonly kind: 'absent';
  readonly why: AbsenceReason;
}

/** The site answered, but not with a manifest that can be used; its cookie can still be cleared. */
export interface ManifestFailed extends Site {
  readonly kind: 'faulty';
  readonly problem: ManifestFetchError;
}

/** The site's flags, and what this browser overrides. */
export interface Ready extends Site {
  readonly kind: 'ready';
  readonly manifest: Manifest;
  readonly record: PageRecord;
  /** Entries of the manifest that were left out. */
  readonly dropped: number;
  /** The cookie's value when the manifest was asked for. */
  readonly cookieAtFetch: string | null;
  /** The flags that were overridden when the popup first looked at the page. */
  readonly initiallyOverridden: ReadonlySet<string>;
  /** Whether overrides have changed since the page was loaded, as far as this popup knows. */
  readonly changed: boolean;
  /** What "Undo" would bring back. */
  readonly undo: Undo | undefined;
}

/** The part of a state that a write needs. */
export interface Site {
  readonly origin: string;
  readonly cookie: ManifestCookie;
  /** Octets that the cookie's name and value may have together. */
  readonly maxBytes: number;
  readonly stored: StoredOverrides;
  /** Why the last write did not work. */
  readonly writeError: WriteError | undefined;
}

/** Why a write did not work. */
export type WriteError =
  | { readonly kind: 'too-large'; readonly excess: number }
  | { readonly kind: 'other-cookie'; readonly clue: CookieClue; readonly name: string; readonly isClearing: boolean }
  | { readonly kind: 'not-received'; readonly name: string }
  | { readonly kind: 'cookies-blocked' | 'contended' | 'grant-refused' | 'grant-unanswered' }
  | { readonly kind: 'page'; readonly failure: PageFailure };

/**
 * What a page can know of the cookie that is in the way of ours. `needs-https`: none is, but the name asks for https.
 * `unseen`: no script sees it; `unseen-on-http`: no page on plain http does. `seen`: scripts see it, so it is not HttpOnly;
 * `seen-at-root`: nor is it for a longer path.
 */
export type CookieClue = 'needs-https' | 'unseen' | 'unseen-on-http' | 'seen' | 'seen-at-root';

/** Whether the manifest was asked for with the very overrides that are stored: only then is the server to blame. */
export function isManifestCurrent({ cookieAtFetch, stored }: Ready): boolean {
  return cookieAtFetch === stored.raw;
}

/** What a visit comes to. */
export function stateFromSnapshot({ origin, timings, response, sent, pairs: cookies }: PageSnapshot): SessionState {
  const outcome = manifestOutcome(response);
  if (outcome.kind !== 'manifest') {
    const cookie = { name: guessCookieName(cookies), maxAge: DEFAULT_MAX_AGE };
    const guessed = createSite(origin, cookies, { cookie, maxBytes: MAX_COOKIE_BYTES });
    return outcome.kind === 'absent'
      ? { kind: 'absent', why: outcome.why, ...guessed }
      : { kind: 'faulty', problem: outcome.problem, ...guessed };
  }
  const { manifest, dropped } = outcome;
  const site = createSite(origin, cookies, { cookie: manifest.cookie, maxBytes: manifest.overrides.maxBytes });
  return {
    kind: 'ready',
    manifest,
    record: readPageRecord(timings),
    dropped,
    cookieAtFetch: readStored(sent, manifest.cookie.name).raw,
    initiallyOverridden: new Set(site.stored.entries.keys()),
    changed: false,
    undo: undefined,
    ...site,
  };
}

/** Without a manifest nobody says which cookie holds the overrides: one of a usual name does, or one that reads like it. */
export function guessCookieName(cookies: readonly CookiePair[]): string {
  const names = cookies.map(([name]) => name);
  const usual = [OVERRIDE_COOKIE, `__Host-${OVERRIDE_COOKIE}`].find((name) => names.includes(name));
  return usual ?? names.find((name) => readStored(cookies, name).problem === undefined) ?? OVERRIDE_COOKIE;
}

function createSite(origin: string, cookies: readonly CookiePair[], settings: Pick<Site, 'cookie' | 'maxBytes'>): Site {
  return { origin, ...settings, stored: readStored(cookies, settings.cookie.name), writeError: undefined };
}

/** What the answer to the question for a manifest means. */
export type ManifestOutcome =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  /** The site has none: a fact, not a fault. */
  | { readonly kind: 'absent'; readonly why: AbsenceReason }
  | { readonly kind: 'problem'; readonly problem: ManifestFetchError };

export type AbsenceReason =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'media-type'; readonly mediaType: string }
  | { readonly kind: 'redirected' };

/** Something that wants the person's attention. */
export type ManifestFetchError =
  | { readonly kind: 'server-error'; readonly status: number }
  | { readonly kind: 'request-refused'; readonly status: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'unreachable'; readonly isUpgraded: boolean | 'perhaps' }
  | { readonly kind: 'blocked-by-page'; readonly detour: DirectFetchDenial }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'charset'; readonly charset: string }
  | { readonly kind: 'malformed'; readonly manifest: ManifestProblem };

/** Judges what came back: status 200, JSON in UTF-8 and a manifest of version 1, or the reason why not. */
export function manifestOutcome(response: ManifestResponse): ManifestOutcome {
  if (response.kind === 'redirected') return { kind: 'absent', why: { kind: 'redirected' } };
  if (response.kind === 'blocked-by-page') {
    return { kind: 'problem', problem: { kind: response.kind, detour: response.detour } };
  }
  if (response.kind !== 'response') return { kind: 'problem', problem: response };
  const { status, contentType, body } = response;
  if (status >= 500) return { kind: 'problem', problem: { kind: 'server-error', status } };
  // 400 and 431 are what servers say to more cookies than they take.
  if (status === 400 || status === 431) return { kind: 'problem', problem: { kind: 'request-refused', status } };
  if (status !== 200) return { kind: 'absent', why: { kind: 'status', status } };
  const { mediaType, charset } = parseContentType(contentType);
  if (mediaType !== 'application/json') return { kind: 'absent', why: { kind: 'media-type', mediaType } };
  if (charset !== 'utf-8') return { kind: 'problem', problem: { kind: 'charset', charset } };
  const reading = parseManifest(body);
  return reading.kind === 'manifest'
    ? reading
    : { kind: 'problem', problem: { kind: 'malformed', manifest: reading.problem } };
}

// RFC 9110 8.3.1: type and parameters without regard to case, a parameter's value perhaps quoted.
function parseContentType(header: string): { readonly mediaType: string; readonly charset: string } {
  // A header can be far longer than what anybody wants to see of it in a message.
  const [mediaType = '', ...parameters] = (displayString(header) ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length) ?? 'utf-8';
  const named = charset.replace(/^"(.*)"$/, '$1');
  return { mediaType, charset: named === 'utf8' ? 'utf-8' : named };
}
