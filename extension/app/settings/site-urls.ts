import { parseUrl } from '../../../server-lib/wire.ts';

/** Parses a site that the user typed: `shop.example`, `localhost:3000` or a copied URL. Returns its origin. */
export function parseSiteOrigin(text: string): string | undefined {
  const typed = text.trim();
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `${isLocal(typed) ? 'http' : 'https'}://${typed}`;
  const url = /\s/.test(address) ? undefined : parseUrl(address);
  if (url === undefined) return undefined;
  const { protocol, origin, username, password } = url;
  return /^https?:$/.test(protocol) && username + password === '' ? origin : undefined;
}

/** Parses the path of a page or a file of a site. Returns a path that never resolves to another site. */
export function parseSitePath(text: string): string | undefined {
  const typed = text.trim();
  const base = 'https://site.invalid';
  const url = typed.startsWith('/') ? parseUrl(typed, base) : undefined;
  if (url === undefined) return undefined;
  const { origin, pathname, search } = url;
  const path = pathname + search;
  // A path that begins with two slashes would name a host when it is resolved again.
  return origin === base && !path.startsWith('//') && path.length <= MAX_PATH_LENGTH ? path : undefined;
}

const MAX_PATH_LENGTH = 2_048;

// Development servers usually use plain http.
function isLocal(address: string): boolean {
  return /^(?:[\w-]+\.)*localhost(?=[:/]|$)|^127\.|^\[::1\]/i.test(address);
}

/** Whether a host is the computer that the browser runs on: another device that resolves it finds itself. */
export function isLoopback(hostname: string): boolean {
  return /^(?:.+\.)?localhost\.?$|^127(?:\.\d+){3}$|^0\.0\.0\.0$|^\[::1?\]$/.test(hostname);
}

/** The URL of a page without fragment, user name and password, so that it can be shared. */
export function shareableUrl(href: string): string {
  const url = new URL(href);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}
