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
  | { readonly kind: 'absent'; readonly origin: string; readonly why: Absence }
  | Faulty
  | Ready;

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
  | {
      readonly kind:
        | 'cookies-blocked'
        | 'hidden-cookie'
        | 'shadowed'
        | 'contended'
        | 'not-received'
        | 'grant-refused'
        | 'grant-unanswered';
    }
  | { readonly kind: 'page'; readonly failure: ErrandFailure };

/** Whether the manifest was asked for with the very overrides that are stored: only then is the server to blame. */
export function isManifestCurrent({ manifestSaw, stored }: Ready): boolean {
  return manifestSaw === stored.raw;
}

/** What a visit comes to. */
export function stateOf({ origin, trace, answer, sent, pairs: cookies }: Visit): SessionState {
  const outcome = manifestOutcome(answer);
  if (outcome.kind === 'absent') return { kind: 'absent', origin, why: outcome.why };
  if (outcome.kind === 'problem') {
    const cookie = { name: likelyName(cookies), maxAge: DEFAULT_MAX_AGE };
    return {
      kind: 'faulty',
      problem: outcome.problem,
      ...siteOf(origin, cookies, { cookie, maxBytes: MAX_COOKIE_OCTETS }),
    };
  }
  const { manifest, dropped } = outcome;
  const site = siteOf(origin, cookies, { cookie: manifest.cookie, maxBytes: manifest.overrides.maxBytes });
  return {
    kind: 'ready',
    manifest,
    record: pageRecordOf(trace),
    dropped,
    manifestSaw: readStored(sent, manifest.cookie.name).raw,
    overriddenFirst: new Set([...site.stored.variants.keys(), ...site.stored.unusable]),
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
