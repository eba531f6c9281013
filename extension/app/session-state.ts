import {
  DEFAULT_MAX_AGE,
  MAX_COOKIE_OCTETS,
  type Manifest,
  type ManifestCookie,
  OVERRIDE_COOKIE,
} from '../../server-lib/wire.ts';
import { type Absence, manifestOutcome, type Problem } from './manifest-outcome.ts';
import { type PageRecord, pageRecordOf } from './page-record.ts';
import type { CookiePair, ErrandFailure, Visit } from './ports.ts';
import { readStored, type StoredOverrides } from './stored-overrides.ts';
import type { Undo } from './undo.ts';

/** What the popup is showing. */
export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable-page'; readonly failure: ErrandFailure }
  | Absent
  | Faulty
  | Ready;

/** The site has no manifest; a cookie that is left over from when it had one can still be cleared. */
export interface Absent extends Site {
  readonly kind: 'absent';
  readonly why: Absence;
}

/** The site answered, but not with a manifest that can be used; its cookie can still be cleared. */
export interface Faulty extends Site {
  readonly kind: 'faulty';
  readonly problem: Problem;
}

/** The site's flags, and what this browser overrides. */
export interface Ready extends Site {
  readonly kind: 'ready';
  readonly manifest: Manifest;
  readonly record: PageRecord;
  /** Entries of the manifest that were left out. */
  readonly dropped: number;
  /** The cookie's value when the manifest was asked for. */
  readonly manifestSaw: string | null;
  /** The flags that were overridden when the popup first looked at the page. */
  readonly overriddenFirst: ReadonlySet<string>;
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
  readonly trouble: Trouble | undefined;
}

/** Why a write did not work. */
export type Trouble =
  | { readonly kind: 'too-large'; readonly excess: number }
  | { readonly kind: 'other-cookie'; readonly clue: CookieClue; readonly name: string; readonly isClearing: boolean }
  | { readonly kind: 'not-received'; readonly name: string }
  | { readonly kind: 'cookies-blocked' | 'contended' | 'grant-refused' | 'grant-unanswered' }
  | { readonly kind: 'page'; readonly failure: ErrandFailure };

/**
 * What a page can know of the cookie that is in the way of ours. `needs-https`: none is, but the name asks for https.
 * `unseen`: no script sees it; `unseen-on-http`: no page on plain http does. `seen`: scripts see it, so it is not HttpOnly;
 * `seen-at-root`: nor is it for a longer path.
 */
export type CookieClue = 'needs-https' | 'unseen' | 'unseen-on-http' | 'seen' | 'seen-at-root';

/** Whether the manifest was asked for with the very overrides that are stored: only then is the server to blame. */
export function isManifestCurrent({ manifestSaw, stored }: Ready): boolean {
  return manifestSaw === stored.raw;
}

/** What a visit comes to. */
export function stateOf({ origin, trace, answer, sent, pairs: cookies }: Visit): SessionState {
  const outcome = manifestOutcome(answer);
  if (outcome.kind !== 'manifest') {
    const cookie = { name: likelyName(cookies), maxAge: DEFAULT_MAX_AGE };
    const guessed = siteOf(origin, cookies, { cookie, maxBytes: MAX_COOKIE_OCTETS });
    return outcome.kind === 'absent'
      ? { kind: 'absent', why: outcome.why, ...guessed }
      : { kind: 'faulty', problem: outcome.problem, ...guessed };
  }
  const { manifest, dropped } = outcome;
  const site = siteOf(origin, cookies, { cookie: manifest.cookie, maxBytes: manifest.overrides.maxBytes });
  return {
    kind: 'ready',
    manifest,
    record: pageRecordOf(trace),
    dropped,
    manifestSaw: readStored(sent, manifest.cookie.name).raw,
    overriddenFirst: new Set(site.stored.entries.keys()),
    changed: false,
    undo: undefined,
    ...site,
  };
}

/** Without a manifest nobody says which cookie holds the overrides: one of a usual name does, or one that reads like it. */
export function likelyName(cookies: readonly CookiePair[]): string {
  const names = cookies.map(([name]) => name);
  const usual = [OVERRIDE_COOKIE, `__Host-${OVERRIDE_COOKIE}`].find((name) => names.includes(name));
  return usual ?? names.find((name) => readStored(cookies, name).problem === undefined) ?? OVERRIDE_COOKIE;
}

function siteOf(origin: string, cookies: readonly CookiePair[], settings: Pick<Site, 'cookie' | 'maxBytes'>): Site {
  return { origin, ...settings, stored: readStored(cookies, settings.cookie.name), trouble: undefined };
}
