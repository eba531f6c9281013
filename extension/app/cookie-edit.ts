import { cookieOctets, overrideCookieText } from '../../server-lib/wire.ts';
import type { Cookies, PagePort } from './ports.ts';
import type { CookieClue, Site, Trouble } from './session-state.ts';
import { type Change, type Overrides, rawValueOf, readStored, type StoredOverrides } from './stored-overrides.ts';

/** What came of an edit: the cookie as it is now, and what went wrong if it is not as it was meant. */
export interface EditOutcome {
  /** The overrides that the change was made to. */
  readonly replaced: Overrides;
  readonly stored: StoredOverrides;
  readonly trouble?: Trouble;
}

/**
 * Applies a change to whatever the cookie is by the time it is written. Another window that was faster costs a further
 * try, never its edit: the page swaps the cookie only if it still is what the change was made for.
 */
export async function editCookie(page: PagePort, site: Site, change: Change): Promise<EditOutcome> {
  let { stored } = site;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const replaced = stored.entries;
    const value = rawValueOf(change(replaced));
    if (holds(stored, value)) return { replaced, stored };
    const excess = excessOf(site, stored, value);
    if (excess > 0) return { replaced, stored, trouble: { kind: 'too-large', excess } };
    const { name, maxAge } = site.cookie;
    const text = overrideCookieText(value, { name, maxAge, secure: site.origin.startsWith('https:') });
    const errand = await page.touchCookies(site.origin, { name, expected: stored.raw, text });
    if (errand.kind !== 'done') return { replaced, stored, trouble: { kind: 'page', failure: errand.kind } };
    stored = readStored(errand.value.pairs, name);
    if (!errand.value.swapped) continue;
    return holds(stored, value)
      ? { replaced, stored }
      : { replaced, stored, trouble: whyNotStored(name, value, stored, errand.value) };
  }
  return { replaced: stored.entries, stored, trouble: { kind: 'contended' } };
}

// No cookie and an empty one are not the same: only the first is what clearing means.
function holds({ raw }: StoredOverrides, value: string): boolean {
  return raw === (value === '' ? null : value);
}

// Two people clicking cannot lose so often; a page that rewrites the cookie all the time can.
const MOST_TRIES = 25;

/**
 * Octets by which the cookie of `value` would pass the limit; not positive where it fits. What makes the cookie smaller
 * is always let through: a site may have lowered its limit since.
 */
export function excessOf({ cookie, maxBytes }: Site, stored: StoredOverrides, value: string): number {
  const shrinks = value.length < (stored.raw?.length ?? 0);
  return shrinks ? 0 : cookieOctets(cookie.name, value) - maxBytes;
}

function whyNotStored(name: string, value: string, stored: StoredOverrides, cookies: Cookies): Trouble {
  if (!cookies.enabled) return { kind: 'cookies-blocked' };
  return { kind: 'other-cookie', name, clue: clueOf(name, stored, cookies), isClearing: value === '' };
}

// RFC 6265bis 5.7: script can neither see nor replace an HttpOnly cookie (step 17), and plain http neither a Secure one
// (step 18). What script sees after a swap, and did not write, differs from ours in path, domain or partition.
function clueOf(name: string, { raw }: StoredOverrides, { isSecure, isAtRoot }: Cookies): CookieClue {
  if (raw !== null) return isAtRoot ? 'seen-at-root' : 'seen';
  if (isSecure) return 'unseen';
  return name.startsWith('__') ? 'needs-https' : 'unseen-on-http';
}
