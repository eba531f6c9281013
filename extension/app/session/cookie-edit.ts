import { cookieBytes, serializeOverrideCookie } from '../../../server-lib/wire.ts';
import type { CookieSwap, PageCookies, PagePort, PageResult } from './page-port.ts';
import type { CookieClue, Site, WriteError } from './session-state.ts';
import {
  cookieValue,
  encodeEntries,
  type Overrides,
  type OverridesChange,
  readStored,
  type StoredOverrides,
} from './stored-overrides.ts';

/** The result of an edit: the cookie as it is now, and why the write failed, if it did. */
export interface EditResult {
  /** The overrides to which the change was applied. */
  readonly before: Overrides;
  readonly stored: StoredOverrides;
  readonly writeError?: WriteError;
  /** The attributes of the other cookies that were in the way and have been deleted. */
  readonly deleted?: readonly string[];
}

/**
 * Applies a change to the cookie by compare-and-swap: the page replaces the cookie only if its value is still the one
 * from which the new value was computed. If another window wrote first, the change is applied again to the new value.
 * Another cookie of the same name that hides the result is deleted. Without overrides, the cookie is deleted, or with
 * `keepsEmpty` it is an empty object.
 */
export async function editCookie(
  page: PagePort,
  site: Site,
  change: OverridesChange,
  keepsEmpty = false,
): Promise<EditResult> {
  let { stored } = site;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = stored.entries;
    const value = keepsEmpty ? encodeEntries(change(before)) : cookieValue(change(before));
    if (isStored(stored, value)) return { before, stored };
    const excess = excessBytes(site, stored, value);
    if (excess > 0) return { before, stored, writeError: { kind: 'too-large', excess } };
    const { name, maxAge } = site.cookie;
    const text = serializeOverrideCookie(value, { name, maxAge, secure: site.origin.startsWith('https:') });
    const result = await swapCookie(page, site, { name, expected: stored.raw, text }, value);
    if (result.kind !== 'done') return { before, stored, writeError: { kind: 'page', failure: result.kind } };
    const cookies = result.value;
    stored = readStored(cookies.pairs, name);
    if (!cookies.swapped) continue;
    const { deleted } = cookies;
    return isStored(stored, value)
      ? { before, stored, deleted }
      : { before, stored, deleted, writeError: storeError(site, value, stored, cookies) };
  }
  return { before: stored.entries, stored, writeError: { kind: 'contended' } };
}

async function swapCookie(
  page: PagePort,
  { origin }: Site,
  swap: CookieSwap,
  value: string,
): Promise<PageResult<PageCookies>> {
  const result = await page.accessCookies(origin, swap);
  if (result.kind !== 'done') return result;
  const { swapped, pairs, enabled, isSecure, path } = result.value;
  const { raw } = readStored(pairs, swap.name);
  const isHidden = swapped && enabled && raw !== null && raw !== value;
  if (!isHidden) return result;
  const { hostname } = new URL(origin);
  const others = otherCookies({ name: swap.name, hostname, path, isSecure });
  return page.accessCookies(origin, { ...swap, expected: raw, others });
}

/** The page that sees a cookie. */
interface CookieView {
  readonly name: string;
  readonly hostname: string;
  readonly path: string;
  /** Whether the page can set `Secure` cookies. */
  readonly isSecure: boolean;
}

/**
 * The attributes of all cookies that a page may see beside ours, which is host-only, has `Path=/` and no partition. A
 * cookie is deleted by a write with the same domain, path and partition (RFC 6265bis 5.7, step 21). A page cannot read
 * them, so each is tried.
 */
function otherCookies({ name, hostname, path, isSecure }: CookieView): readonly string[] {
  const isHostOnly = name.startsWith('__Host-'); // without Domain and with Path=/ (RFC 6265bis 4.1.3.2)
  const domains = isHostOnly ? [''] : ['', ...domainsOf(hostname).map((domain) => `; Domain=${domain}`)];
  const paths = isHostOnly ? ['/'] : matchingPaths(path);
  const secure = name.startsWith('__') ? '; Secure' : '';
  // A Partitioned cookie is always Secure.
  const partitions = isSecure ? [secure, '; Partitioned; Secure'] : [secure];
  return paths
    .flatMap((one) => domains.flatMap((domain) => partitions.map((partition) => `Path=${one}${domain}${partition}`)))
    .slice(1, MAX_ATTEMPTS); // the first is ours
}

// Usually there are about ten. Each one costs a write and a read of `document.cookie`.
const MAX_ATTEMPTS = 400;
const MAX_FOLDERS = 100;

/** The host and its parents. The browser ignores those that are not allowed, such as `com`. */
function domainsOf(hostname: string): readonly string[] {
  const labels = hostname.split('.');
  return labels.map((_, at) => labels.slice(at).join('.'));
}

/** The paths of cookies that a page at `path` sees: its folders, with and without a slash at the end (5.1.4). */
function matchingPaths(path: string): readonly string[] {
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index);
  const folders = slashes.slice(0, MAX_FOLDERS).flatMap((at) => [path.slice(0, at), path.slice(0, at + 1)]);
  return ['/', ...new Set([...folders, path])].filter((one, at) => at === 0 || (one !== '' && one !== '/'));
}

// An empty cookie differs from no cookie: clearing must leave no cookie.
function isStored({ raw }: StoredOverrides, value: string): boolean {
  return raw === (value === '' ? null : value);
}

// Two users who click at once never fail this often; a page that keeps rewriting the cookie does.
const MAX_TRIES = 25;

/**
 * The number of bytes by which a cookie with `value` would exceed the limit; zero or negative if it fits. A value that
 * makes the cookie shorter is always allowed, because the site may have lowered its limit since.
 */
export function excessBytes({ cookie, maxBytes }: Site, stored: StoredOverrides, value: string): number {
  const shrinks = value.length < (stored.raw?.length ?? 0);
  return shrinks ? 0 : cookieBytes(cookie.name, value) - maxBytes;
}

function storeError(site: Site, value: string, stored: StoredOverrides, cookies: PageCookies): WriteError {
  if (!cookies.enabled) return { kind: 'cookies-blocked' };
  const { name } = site.cookie;
  return { kind: 'other-cookie', name, clue: cookieClue(site, stored, cookies), isClearing: value === '' };
}

// RFC 6265bis 5.7: a script can neither read nor replace an HttpOnly cookie (step 17), and a page on plain http can
// neither read nor replace a Secure cookie (step 18). WebKit stores no Secure cookie on http://localhost either, although
// a page there is secure.
function cookieClue({ cookie, origin }: Site, { raw }: StoredOverrides, { isSecure }: PageCookies): CookieClue {
  if (raw !== null) return 'seen';
  if (cookie.name.startsWith('__') && !origin.startsWith('https:')) return 'needs-https';
  return isSecure ? 'unseen' : 'unseen-on-http';
}
