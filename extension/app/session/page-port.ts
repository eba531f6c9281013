import type { TimingMetric } from '../../../server-lib/wire.ts';

/** A cookie of the page's origin that may hold overrides: its name and its raw value. */
export type CookiePair = readonly [name: string, value: string];

/** The response to the page's request for the manifest, or why there is none. */
export type ManifestResponse =
  | { readonly kind: 'response'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'redirected' }
  /** The page's policy blocks the request for `url`; `directFetch` is why the extension did not send it directly. */
  | { readonly kind: 'blocked-by-page'; readonly url: string; readonly directFetch: DirectFetchDenial }
  /** The request failed. `isUpgraded`: the browser sent it over https, although the page was loaded over plain http. */
  | { readonly kind: 'unreachable'; readonly isUpgraded: boolean | 'perhaps' };

/** `none`: not available here; `other-session`: the request would be sent with the cookies of another session. */
export type DirectFetchDenial = 'none' | 'other-session' | 'no-permission';

/** What the browser recorded about the responses to a page and its requests, and what the page itself lists. */
export interface PageTimings {
  /** The page's address, with its fragment. */
  readonly href: string;
  /** When the page began to load, in milliseconds since 1970. */
  readonly loadedAt: number;
  readonly delivery: Delivery;
  /** Gatekeeper's metrics in the document's `Server-Timing` header. */
  readonly document: readonly TimingMetric[];
  /** The texts of the elements in which the document lists its flags. */
  readonly usedScripts: readonly string[];
  /** The page's requests to its own origin whose responses had such metrics, the oldest first. */
  readonly requests: readonly { readonly url: string; readonly metrics: readonly TimingMetric[] }[];
}

/** Where a document came from: the server, the browser's cache or history, or the page's service worker. */
export type Delivery = 'network' | 'cache' | 'history' | 'worker';

/** The state of a page at one moment: its origin, its manifest and its override cookies. */
export interface PageSnapshot {
  readonly origin: string;
  readonly timings: PageTimings;
  readonly response: ManifestResponse;
  /** The cookies with which the manifest was requested. */
  readonly sent: readonly CookiePair[];
  /** The cookies after the response arrived: another window may have written meanwhile. */
  readonly pairs: readonly CookiePair[];
}

/** A change of one cookie, made only if its value is still `expected` (`null`: there is no such cookie). */
export interface CookieSwap {
  readonly name: string;
  readonly expected: string | null;
  /** The string to assign to `document.cookie`. */
  readonly text: string;
  /** The attributes of other cookies called `name`. They are deleted first, one by one, until none is in the way. */
  readonly others?: readonly string[];
}

/** A request that the page sends to its own server. */
export interface PageRequest {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
}

/** The page's override cookies, read after the swap if one was requested. */
export interface PageCookies {
  readonly pairs: readonly CookiePair[];
  /** Whether the swap found the expected value. */
  readonly swapped: boolean;
  /** The attributes of the other cookies that were deleted. */
  readonly deleted: readonly string[];
  /** `false`: the browser blocks cookies for this site. */
  readonly enabled: boolean;
  /** Whether the page came over https or from localhost; any other page can neither read nor set `Secure` cookies. */
  readonly isSecure: boolean;
  /** The page's path; cookies for a longer path are not visible. */
  readonly path: string;
}

/** The result of an operation in the page. Every operation first checks the page's origin. */
export type PageResult<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: PageFailure };

/**
 * `elsewhere`: the page has another origin than expected. `not-a-web-page`: neither http nor https. `refused`: the
 * browser blocks all extensions on this page. `no-access`: this extension has no permission for the tab, or lost it.
 * After any of these, nothing was changed.
 */
export type PageFailure = 'elsewhere' | 'not-a-web-page' | 'refused' | 'no-access' | 'timed-out';

/** The operations that the popup performs on the page in one tab. */
export interface PagePort {
  takeSnapshot(): Promise<PageResult<PageSnapshot>>;
  /** Reads the override cookies, after a swap if one is given. */
  accessCookies(origin: string, swap?: CookieSwap): Promise<PageResult<PageCookies>>;
  /** Sends a request from the page to its own server; resolves to the status, or to 0 if the request failed. */
  send(origin: string, request: PageRequest): Promise<PageResult<number>>;
  /** Reloads the page, bypassing the cache; resolves to whether the extension still has access to the page. */
  reload(): Promise<boolean>;
  /** Shows the number of overrides on the toolbar button of this tab. */
  showCount(badgeCount: BadgeCount): void;
}

/** The number of overrides in a site's cookie when it was last counted. */
export interface BadgeCount {
  readonly origin: string;
  readonly cookie: string;
  readonly count: number;
}

/**
 * Whether the extension may fetch the manifest directly when the page's policy blocks the request, or why not.
 * `cookieStoreId` names the tab's cookie store in Firefox. Chromium has no such property, and does not apply a page's
 * policy to extensions.
 */
export function directFetchAccess(cookieStoreId: string | undefined, isAllowed: boolean): 'open' | DirectFetchDenial {
  if (cookieStoreId === undefined) return 'none';
  // The extension's own requests use the default cookie store: for a tab with another one, the session would differ.
  if (cookieStoreId !== 'firefox-default') return 'other-session';
  return isAllowed ? 'open' : 'no-permission';
}
