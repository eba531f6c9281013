import { cookieBytes, serializeOverrideCookie } from '../../../server-lib/wire.ts';
import type { PageCookies, PagePort } from './page-port.ts';
import type { CookieClue, Site, WriteError } from './session-state.ts';
import {
  cookieValue,
  type Overrides,
  type OverridesChange,
  readStored,
  type StoredOverrides,
} from './stored-overrides.ts';

/** What came of an edit: the cookie as it is now, and what went wrong if it is not as it was meant. */
export interface EditResult {
  /** The overrides that the change was made to. */
  readonly before: Overrides;
  readonly stored: StoredOverrides;
  readonly writeError?: WriteError;
}

/**
 * Applies a change to whatever the cookie is by the time it is written. Another window that was faster costs a further
 * try, never its edit: the page swaps the cookie only if it still is what the change was made for.
 */
export async function editCookie(page: PagePort, site: Site, change: OverridesChange): Promise<EditResult> {
  let { stored } = site;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const replaced = stored.entries;
    const value = cookieValue(change(replaced));
    if (isStored(stored, value)) return { before: replaced, stored };
    const excess = excessBytes(site, stored, value);
    if (excess > 0) return { before: replaced, stored, writeError: { kind: 'too-large', excess } };
    const { name, maxAge } = site.cookie;
    const text = serializeOverrideCookie(value, { name, maxAge, secure: site.origin.startsWith('https:') });
    const result = await page.accessCookies(site.origin, { name, expected: stored.raw, text });
    if (result.kind !== 'done') return { before: replaced, stored, writeError: { kind: 'page', failure: result.kind } };
    stored = readStored(result.value.pairs, name);
    if (!result.value.swapped) continue;
    return isStored(stored, value)
      ? { before: replaced, stored }
      : { before: replaced, stored, writeError: storeError(name, value, stored, result.value) };
  }
  return { before: stored.entries, stored, writeError: { kind: 'contended' } };
}

// No cookie and an empty one are not the same: only the first is what clearing means.
function isStored({ raw }: StoredOverrides, value: string): boolean {
  return raw === (value === '' ? null : value);
}

// Two people clicking cannot lose so often; a page that rewrites the cookie all the time can.
const MAX_TRIES = 25;

/**
 * Octets by which the cookie of `value` would pass the limit; not positive where it fits. What makes the cookie smaller
 * is always let through: a site may have lowered its limit since.
 */
export function excessBytes({ cookie, maxBytes }: Site, stored: StoredOverrides, value: string): number {
  const shrinks = value.length < (stored.raw?.length ?? 0);
  return shrinks ? 0 : cookieBytes(cookie.name, value) - maxBytes;
}

function storeError(name: string, value: string, stored: StoredOverrides, cookies: PageCookies): WriteError {
  if (!cookies.enabled) return { kind: 'cookies-blocked' };
  return { kind: 'other-cookie', name, clue: cookieClue(name, stored, cookies), isClearing: value === '' };
}

// RFC 6265bis 5.7: script can neither see nor replace an HttpOnly cookie (step 17), and plain http neither a Secure one
// (step 18). What script sees after a swap, and did not write, differs from ours in path, domain or partition.
function cookieClue(name: string, { raw }: StoredOverrides, { isSecure, isAtRoot }: PageCookies): CookieClue {
  if (raw !== null) return isAtRoot ? 'seen-at-root' : 'seen';
  if (isSecure) return 'unseen';
  return name.startsWith('__') ? 'needs-https' : 'unseen-on-http';
}
