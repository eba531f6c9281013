import type { CookiePair, CookieSwap, PageCookies, PageRequest } from '../../app/session/page-port.ts';
import type { InjectedResult } from './injected-snapshot.ts';

// Runs in the page, as the functions of injected-snapshot.ts do.

/** Sends a request of the page's own, with its session, to its own server; gives the status, 0 without an answer. */
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
  const headers = { 'x-gatekeeper': '1' }; // no form and no other site can send it without being asked
  // Absolute: the page's <base> may lead elsewhere.
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
 * Reads the page's override cookies; changes one of them first if `swap` is given and its value is the expected one.
 * From the time `until` on (as `Date.now` has it) nothing is changed any more: somebody has been told that it failed.
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
  const keepsCookies = (): boolean => {
    try {
      // Chromium's setting denies all of a site's storage, and leaves cookieEnabled true.
      return navigator.cookieEnabled && localStorage !== undefined;
    } catch {
      return false;
    }
  };
  const touch = (): InjectedResult<PageCookies> => {
    // Looked at here and not before: the lock may have been waited for.
    if (location.origin !== origin) return { kind: 'elsewhere' };
    if (swap !== null && Date.now() >= until) return { kind: 'timed-out' };
    const found = read().find(([name]) => name === swap?.name)?.[1];
    // Chromium drops what is null from the objects that it sends to the page.
    const isExpected = swap !== null && found === (swap.expected ?? undefined);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in Firefox 140, and not synchronous
    if (isExpected) document.cookie = swap.text;
    const seen = { pairs: read(), isSecure: isSecureContext, isAtRoot: location.pathname === '/' };
    return { kind: 'done', value: { swapped: isExpected, enabled: keepsCookies(), ...seen } };
  };
  if (swap === null || navigator.locks === undefined) return touch();
  // Other tabs of the origin may run in other processes. Plain http has no locks, except on localhost.
  return new Promise((resolve, reject) => {
    let isOver = false;
    const abort = new AbortController();
    const settle = (): void => {
      if (isOver) return; // "timed out" has been told, and stays true
      isOver = true;
      clearTimeout(timer);
      try {
        resolve(touch());
      } catch (error) {
        reject(error); // a sandboxed page throws for its cookies
      }
    };
    // A page may hold the lock for ever. A millisecond is how far a timer may be ahead of the clock.
    const timer = setTimeout(
      () => {
        isOver = true;
        resolve({ kind: 'timed-out' });
        abort.abort();
      },
      until - Date.now() + 1,
    );
    // Not awaited: the promise is the page's own, and Firefox denies its "then" to an isolated world.
    // Where a browser keeps no cookies it gives no locks either, and the page's cookies are what tells.
    const request = navigator.locks.request('gatekeeper', { signal: abort.signal }, settle);
    request.catch(settle);
  });
}
