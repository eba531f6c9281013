import type { PageRequest } from '../app/ports.ts';
import type { Report } from './injected.ts';

// Runs in the page, as the functions of injected.ts do.

/** Sends a request of the page's own, with its session, to its own server; gives the status, 0 without an answer. */
export async function sendRequest(
  origin: string,
  { method, path }: PageRequest,
  until: number,
): Promise<Report<number>> {
  const { origin: target, pathname, search } = new URL(path, origin);
  if (location.origin !== origin || target !== origin) return { kind: 'elsewhere' };
  const patience = until - Date.now();
  if (patience <= 0) return { kind: 'timed-out' };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
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
