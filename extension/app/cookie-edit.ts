import { cookieOctets, overrideCookieText } from '../../server-lib/wire.ts';
import type { Cookies, PagePort } from './ports.ts';
import type { Site, Trouble } from './session-state.ts';
import { type Change, rawValueOf, readStored, type StoredOverrides } from './stored-overrides.ts';

/** What came of an edit: the cookie as it is now, and what went wrong if it is not as it was meant. */
export interface EditOutcome {
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
    const value = rawValueOf(change(stored.variants));
    if (value === (stored.raw ?? '')) return { stored };
    const excess = excessOf(site, stored, value);
    if (excess > 0) return { stored, trouble: { kind: 'too-large', excess } };
    const { name, maxAge } = site.cookie;
    const text = overrideCookieText(value, { name, maxAge, secure: site.origin.startsWith('https:') });
    const errand = await page.touchCookies(site.origin, { name, expected: stored.raw, text });
    if (errand.kind !== 'done') return { stored, trouble: { kind: 'page', failure: errand.kind } };
    stored = readStored(errand.value.pairs, name);
    if (!errand.value.swapped) continue;
    return (stored.raw ?? '') === value ? { stored } : { stored, trouble: whyNotStored(stored, errand.value) };
  }
  return { stored, trouble: { kind: 'contended' } };
}

// Two people clicking cannot lose so often; a page that rewrites the cookie all the time can.
const MOST_TRIES = 25;

// What makes the cookie smaller is always let through: a site may have lowered its limit since.
function excessOf({ cookie, maxBytes }: Site, stored: StoredOverrides, value: string): number {
  const shrinks = value.length < (stored.raw?.length ?? 0);
  return shrinks ? 0 : cookieOctets(cookie.name, value) - maxBytes;
}

function whyNotStored(stored: StoredOverrides, { enabled }: Cookies): Trouble {
  if (!enabled) return { kind: 'cookies-blocked' };
  // Script can neither see nor replace an HttpOnly cookie (RFC 6265bis 5.7, step 17): the write vanishes.
  return { kind: stored.shadowed ? 'shadowed' : 'hidden-cookie' };
}
