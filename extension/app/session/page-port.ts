import type { TimingMetric } from '../../../server-lib/wire.ts';

/** A cookie of the page's origin that may hold overrides: its name and its raw value. */
export type CookiePair = readonly [name: string, value: string];

/** What came back when the page asked its own server for the manifest. */
export type ManifestResponse =
  | { readonly kind: 'response'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'redirected' }
  /** The page forbids the request for `url`; `detour` is why the extension has not asked the site itself. */
  | { readonly kind: 'blocked-by-page'; readonly url: string; readonly detour: DirectFetchDenial }
  /** No answer came. `isUpgraded`: the browser sent the request over https, although the page came by plain http. */
  | { readonly kind: 'unreachable'; readonly isUpgraded: boolean | 'perhaps' };

/** `none`: there is no such way here; `other-session`: it would lead to somebody else's answer. */
export type DirectFetchDenial = 'none' | 'other-session' | 'no-permission';

/** What the browser remembers of how a page and its requests were answered. */
export interface PageTimings {
  /** The page's address, with its fragment. */
  readonly href: string;
  /** When the page began to load, in milliseconds since 1970. */
  readonly loadedAt: number;
  readonly delivery: Delivery;
  /** The document's own metrics of `Server-Timing`, as far as they are ours. */
  readonly document: readonly TimingMetric[];
  /** The page's later requests of its own origin that had such metrics, the oldest first. */
  readonly requests: readonly { readonly url: string; readonly metrics: readonly TimingMetric[] }[];
}

/** Where a document came from: its server, the browser's cache or history, or the page's service worker. */
export type Delivery = 'network' | 'cache' | 'history' | 'worker';

/** A page as it was found: where it is, its manifest and its override cookies. */
export interface PageSnapshot {
  readonly origin: string;
  readonly timings: PageTimings;
  readonly response: ManifestResponse;
  /** The cookies that the manifest was asked for with. */
  readonly sent: readonly CookiePair[];
  /** The cookies when the answer had come: another window may have written meanwhile. */
  readonly pairs: readonly CookiePair[];
}

/** A change of one cookie that happens only if its value is still the expected one (`null`: there is none). */
export interface CookieSwap {
  readonly name: string;
  readonly expected: string | null;
  /** The text for `document.cookie`. */
  readonly text: string;
}

/** A request that the page sends to its own server. */
export interface PageRequest {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
}

/** The page's override cookies as they are now, after a swap if one was asked for. */
export interface PageCookies {
  readonly pairs: readonly CookiePair[];
  /** Whether the swap found the value that it expected. */
  readonly swapped: boolean;
  /** `false`: the browser keeps no cookies for this site. */
  readonly enabled: boolean;
  /** Whether the page came by https or from localhost; on others, a page neither sees nor sets `Secure` cookies. */
  readonly isSecure: boolean;
  /** Whether the page's path is `/`, where no cookie for a longer path is seen. */
  readonly isAtRoot: boolean;
}

/** What an errand into the page came to. Each one looks at the page's origin first. */
export type PageResult<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: PageFailure };

/**
 * `elsewhere`: the page is of another origin than the one that was meant. `not-a-web-page`: neither http nor https.
 * `refused`: the browser lets no extension into this page. `no-access`: it has not let this one into the tab, or not any more.
 * Nothing was touched in any.
 */
export type PageFailure = 'elsewhere' | 'not-a-web-page' | 'refused' | 'no-access' | 'timed-out';

/** The page in one tab, as far as the popup may touch it. */
export interface PagePort {
  takeSnapshot(): Promise<PageResult<PageSnapshot>>;
  /** Reads the override cookies, after a swap if one is given. */
  accessCookies(origin: string, swap?: CookieSwap): Promise<PageResult<PageCookies>>;
  /** Has the page send a request of its own to `path`; resolves to the status, 0 where no answer came. */
  send(origin: string, request: PageRequest): Promise<PageResult<number>>;
  /** Reloads past the cache; resolves to whether the popup may go on working with the page. */
  reload(): Promise<boolean>;
  /** Shows the number of overrides on the toolbar button of this tab. */
  showCount(badgeCount: BadgeCount): void;
}

/** How many overrides a site's cookie held when it was last counted. */
export interface BadgeCount {
  readonly origin: string;
  readonly cookie: string;
  readonly count: number;
}

/**
 * Whether the extension may ask a site itself, where the page forbids its own requests, or why not. `jar` is the cookie
 * jar of the tab, as Firefox names it; Chromium, which names none, holds no extension to a page's policy either.
 */
export function directFetchAccess(cookieStoreId: string | undefined, isAllowed: boolean): 'open' | DirectFetchDenial {
  if (cookieStoreId === undefined) return 'none';
  // The extension's own requests are sent with the default jar: in any other, the answer would be somebody else's.
  if (cookieStoreId !== 'firefox-default') return 'other-session';
  return isAllowed ? 'open' : 'no-permission';
}
