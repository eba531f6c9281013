import type { CookiePair, CookieSwap, PageCookies, PageRequest } from '../../app/session/page-port.ts';
import type { InjectedResult } from './injected-snapshot.ts';

// These functions run in the page, under the rules described in injected-snapshot.ts.

/** Sends a request from the page to its own server, with its cookies; resolves to the status, or 0 on failure. */
export async function sendRequest(
  origin: string,
  { method, path }: PageRequest,
  until: number,
): Promise<InjectedResult<number>> {
  const { origin: target, pathname, search } = new URL(path, origin);
  if (location.origin !== origin || target !== origin) return { kind: 'elsewhere' };
  const timeout = until - Date.now();
  if (timeout <= 0) return { kind: 'timed-out' };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  const headers = { 'x-gatekeeper': '1' }; // a form cannot send it, and another site only after a CORS preflight
  // The URL is absolute, because the page's <base> may point to another origin.
  const status = await fetch(origin + pathname + search, {
    method,
    headers,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    signal: abort.signal,
  }).then(
    (response) => response.status,
    () => 0,
  );
  clearTimeout(timer);
  return abort.signal.aborted ? { kind: 'timed-out' } : { kind: 'done', value: status };
}

/**
 * Reads the page's override cookies. If `swap` is given and the cookie has the expected value, the other cookies that are
 * in its way are deleted and the cookie is written first. From `until` on (in milliseconds, as `Date.now()`) nothing is
 * written: the caller has reported a timeout.
 */
export async function accessCookies(
  origin: string,
  swap: CookieSwap | null,
  until: number,
): Promise<InjectedResult<PageCookies>> {
  const read = (): CookiePair[] => {
    const pairs: CookiePair[] = [];
    for (const cookie of document.cookie.split('; ')) {
      const [, name, value] = /^((?:__Host-|__Secure-)?gatekeeper[\w-]*)=(.*)$/s.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) pairs.push([name, value]);
    }
    return pairs;
  };
  const valuesOf = (cookie: string): readonly string[] =>
    read()
      .filter(([name]) => name === cookie)
      .map(([, value]) => value);
  // `document.cookie` does not say which of a cookie's attributes it has, so a deletion is recognised by its effect.
  const deleteOthers = ({ name, text, others = [] }: CookieSwap): readonly string[] => {
    const wanted = text.slice(name.length + 1, text.indexOf(';')) || undefined;
    return others.filter((attributes) => {
      const before = valuesOf(name);
      if (before[0] === wanted) return false; // nothing is in the way any more
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in Firefox 140, and not synchronous
      document.cookie = `${name}=; Max-Age=0; ${attributes}`;
      return valuesOf(name).length < before.length;
    });
  };
  const keepsCookies = (): boolean => {
    try {
      // Chromium's setting to block cookies blocks all storage of a site, but leaves cookieEnabled true.
      return navigator.cookieEnabled && localStorage !== undefined;
    } catch {
      return false;
    }
  };
  const swapAndRead = (): InjectedResult<PageCookies> => {
    // Checked only now, because getting the lock may have taken time.
    if (location.origin !== origin) return { kind: 'elsewhere' };
    if (swap !== null && Date.now() >= until) return { kind: 'timed-out' };
    // Chromium drops properties that are null from the objects that it passes to the page.
    const swapped = swap !== null && valuesOf(swap.name)[0] === (swap.expected ?? undefined);
    const deleted = swapped ? deleteOthers(swap) : [];
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in Firefox 140, and not synchronous
    if (swapped) document.cookie = swap.text;
    const seen = { pairs: read(), isSecure: isSecureContext, path: location.pathname.slice(0, 2_000) };
    return { kind: 'done', value: { swapped, deleted, enabled: keepsCookies(), ...seen } };
  };
  if (swap === null || navigator.locks === undefined) return swapAndRead();
  // Other tabs of the origin may run in other processes. On plain http, navigator.locks exists only on localhost.
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const abort = new AbortController();
    const settle = (): void => {
      if (isSettled) return; // the timeout was reported, so nothing may be written any more
      isSettled = true;
      clearTimeout(timer);
      try {
        resolve(swapAndRead());
      } catch (error) {
        reject(error); // a sandboxed page throws when its cookies are read
      }
    };
    // The page may hold the lock forever. The extra millisecond: a timer may fire that much before the clock.
    const timer = setTimeout(
      () => {
        isSettled = true;
        resolve({ kind: 'timed-out' });
        abort.abort();
      },
      until - Date.now() + 1,
    );
    // Not awaited: the promise belongs to the page, and Firefox denies an isolated world access to its "then".
    // If the browser blocks cookies, it rejects the lock as well; the cookies are then read without it.
    const request = navigator.locks.request('gatekeeper', { signal: abort.signal }, settle);
    request.catch(settle);
  });
}
