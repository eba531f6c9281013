import { type ManifestCookie, serializeOverrideCookie } from '../../../server-lib/wire.ts';
import type { PagePort } from '../session/page-port.ts';
import { cookieValue, type Overrides, readStored } from '../session/stored-overrides.ts';

/** What is needed to restore the choice for one flag. */
export interface ComparisonNote {
  readonly tabId: number;
  readonly origin: string;
  readonly cookie: Pick<ManifestCookie, 'name' | 'maxAge'>;
  readonly flag: string;
  /** The cookie's value before the comparison; `null` if there was no cookie. */
  readonly before: string | null;
}

/**
 * Restores a flag's override of before a comparison; overrides of other flags stay as they are now. Resolves to whether it
 * is stored. Each write is a compare-and-swap, so that no edit of another window is lost. There is a write even if nothing
 * is to be restored: it waits for the page's lock, and so for a write of the comparison that the page has yet to make.
 */
export async function restoreChoice(page: Pick<PagePort, 'accessCookies'>, note: ComparisonNote): Promise<boolean> {
  const { origin, cookie } = note;
  let result = await page.accessCookies(origin);
  for (let tries = 0; tries < MAX_TRIES && result.kind === 'done'; tries++) {
    const { raw, entries } = readStored(result.value.pairs, cookie.name);
    const value = restoredValue(entries, note);
    const { name, maxAge } = cookie;
    const text = serializeOverrideCookie(value, { name, maxAge, secure: origin.startsWith('https:') });
    result = await page.accessCookies(origin, { name, expected: raw, text });
    if (result.kind !== 'done' || !result.value.swapped) continue;
    return readStored(result.value.pairs, name).raw === (value || null);
  }
  return false;
}

// Each try that fails means that another program wrote the cookie in between.
const MAX_TRIES = 10;

function restoredValue(entries: Overrides, { cookie, flag, before }: ComparisonNote): string {
  const earlier =
    before === null ? new Map<string, unknown>() : readStored([[cookie.name, before]], cookie.name).entries;
  const restored = new Map(entries);
  if (earlier.has(flag)) restored.set(flag, earlier.get(flag));
  else restored.delete(flag);
  const value = cookieValue(restored);
  // The cookie may have been written by another program, with the same entries in another notation.
  return value === cookieValue(earlier) ? (before ?? '') : value;
}
