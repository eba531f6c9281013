import { cookieOctets, overrideCookieText } from '../../server-lib/wire.ts';
import type { Cookies, PagePort } from './ports.ts';
import type { Site, Trouble } from './session-state.ts';
import { type Change, rawValueOf, readStored, type StoredOverrides } from './stored-overrides.ts';

/** What came of an edit: the cookie as it is now, and what went wrong if it is not as it was meant. */
export interface EditOutcome {
  /** The overrides that the change was made to. */
  readonly replaced: ReadonlyMap<string, string>;
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
    const replaced = stored.variants;
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
      : { replaced, stored, trouble: whyNotStored(stored, errand.value) };
  }
  return { replaced: stored.variants, stored, trouble: { kind: 'contended' } };
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

function whyNotStored(stored: StoredOverrides, { enabled }: Cookies): Trouble {
  if (!enabled) return { kind: 'cookies-blocked' };
  // Script can neither see nor replace an HttpOnly cookie (RFC 6265bis 5.7, step 17): the write vanishes. What it does
  // see after a swap, and did not write, is for a longer path or a wider domain.
  return { kind: stored.raw === null ? 'hidden-cookie' : 'shadowed' };
}
