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

/** What the popup shows. */
export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable-page'; readonly failure: PageFailure }
  | ManifestAbsent
  | ManifestFailed
  | Ready;

/** The site has no manifest. An override cookie from an earlier time can still be cleared. */
export interface ManifestAbsent extends Site {
  readonly kind: 'absent';
  readonly why: AbsenceReason;
}

/** The manifest could not be fetched or read. The override cookie can still be cleared. */
export interface ManifestFailed extends Site {
  readonly kind: 'faulty';
  readonly problem: ManifestFetchError;
}

/** The site's flags and this browser's overrides. */
export interface Ready extends Site {
  readonly kind: 'ready';
  readonly manifest: Manifest;
  readonly record: PageRecord;
  /** The number of manifest entries that were ignored. */
  readonly dropped: number;
  /** The cookie's value when the manifest was requested. */
  readonly cookieAtFetch: string | null;
  /** The flags that were overridden when the popup first read the page. */
  readonly initiallyOverridden: ReadonlySet<string>;
  /** Whether this popup has seen the overrides change since the page was loaded. */
  readonly changed: boolean;
  /** The edit that "Undo" would revert. */
  readonly undo: Undo | undefined;
}

/** The part of a state that a write needs. */
export interface Site {
  readonly origin: string;
  readonly cookie: ManifestCookie;
  /** The maximum size of the cookie's name and value together, in bytes. */
  readonly maxBytes: number;
  readonly stored: StoredOverrides;
  /** All override cookies that the page saw when it was last read, also those of other sites on its host. */
  readonly cookies: readonly CookiePair[];
  /** Why the last write failed. */
  readonly writeError: WriteError | undefined;
  /** The attributes of the other cookies of the same name that the last write deleted, because they took precedence. */
  readonly deleted: readonly string[];
}

/** Why a write failed. */
export type WriteError =
  | { readonly kind: 'too-large'; readonly excess: number }
  | { readonly kind: 'other-cookie'; readonly clue: CookieClue; readonly name: string; readonly isClearing: boolean }
  | { readonly kind: 'not-received'; readonly name: string }
  | { readonly kind: 'cookies-blocked' | 'contended' | 'grant-refused' | 'grant-unanswered' }
  | { readonly kind: 'page'; readonly failure: PageFailure };

/**
 * What the page can tell about another cookie that prevents ours. `needs-https`: there is none, but our cookie's name
 * requires https. `unseen`: scripts cannot read it; `unseen-on-http`: pages on plain http cannot read it. `seen`:
 * scripts can read it, but deleting it had no effect.
 */
export type CookieClue = 'needs-https' | 'unseen' | 'unseen-on-http' | 'seen';

/**
 * Whether other sites on the host may use the same cookie: the ports of a host share cookies (RFC 6265bis 8.5), and the
 * site has not chosen a name of its own.
 */
export function isCookieShared({ origin, cookie }: Site): boolean {
  const { port, hostname } = new URL(origin);
  return cookie.name.endsWith(OVERRIDE_COOKIE) && (port !== '' || /^(?:localhost|127\..*|\[::1\])$/.test(hostname));
}

/** Whether the manifest was requested with the overrides that are stored now: only then does it reflect them. */
export function isManifestCurrent({ cookieAtFetch, stored }: Ready): boolean {
  return cookieAtFetch === stored.raw;
}

/** Computes what the popup shows from a snapshot of the page. */
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

/**
 * Guesses which cookie holds the overrides of a site without a manifest: one with a default name, else the first that
 * can be read as overrides.
 */
export function guessCookieName(cookies: readonly CookiePair[]): string {
  const names = cookies.map(([name]) => name);
  const byName = [OVERRIDE_COOKIE, `__Host-${OVERRIDE_COOKIE}`].find((name) => names.includes(name));
  return byName ?? names.find((name) => readStored(cookies, name).problem === undefined) ?? OVERRIDE_COOKIE;
}

function createSite(origin: string, cookies: readonly CookiePair[], settings: Pick<Site, 'cookie' | 'maxBytes'>): Site {
  const stored = readStored(cookies, settings.cookie.name);
  return { origin, ...settings, stored, cookies, writeError: undefined, deleted: [] };
}

/** What the response to the request for the manifest means. */
export type ManifestOutcome =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  /** The site has no manifest, which is not an error. */
  | { readonly kind: 'absent'; readonly why: AbsenceReason }
  | { readonly kind: 'problem'; readonly problem: ManifestFetchError };

export type AbsenceReason =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'media-type'; readonly mediaType: string }
  | { readonly kind: 'redirected' };

/** Why the manifest could not be fetched or read. */
export type ManifestFetchError =
  | { readonly kind: 'server-error'; readonly status: number }
  | { readonly kind: 'request-refused'; readonly status: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'unreachable'; readonly isUpgraded: boolean | 'perhaps' }
  | { readonly kind: 'blocked-by-page'; readonly directFetch: DirectFetchDenial }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'charset'; readonly charset: string }
  | { readonly kind: 'malformed'; readonly manifest: ManifestProblem };

/** Reads the manifest from a response: the status must be 200, the body JSON in UTF-8 and a manifest of version 1. */
export function manifestOutcome(response: ManifestResponse): ManifestOutcome {
  if (response.kind === 'redirected') return { kind: 'absent', why: { kind: 'redirected' } };
  if (response.kind === 'blocked-by-page') {
    return { kind: 'problem', problem: { kind: response.kind, directFetch: response.directFetch } };
  }
  if (response.kind !== 'response') return { kind: 'problem', problem: response };
  const { status, contentType, body } = response;
  if (status >= 500) return { kind: 'problem', problem: { kind: 'server-error', status } };
  // Servers return 400 or 431 if the cookies are too large.
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

// RFC 9110 8.3.1: the type and the parameter names are case-insensitive; a parameter's value may be quoted.
function parseContentType(header: string): { readonly mediaType: string; readonly charset: string } {
  // The header can be very long; a message shows only its beginning.
  const [mediaType = '', ...parameters] = (displayString(header) ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length) ?? 'utf-8';
  const named = charset.replace(/^"(.*)"$/, '$1');
  return { mediaType, charset: named === 'utf8' ? 'utf-8' : named };
}
