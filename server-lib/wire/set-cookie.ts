import { DEFAULT_MAX_AGE } from './limits.ts';

/** How an override cookie is to be stored; everything else about it is fixed. */
export interface CookieStorage {
  readonly name: string;
  /** Whether the page came by https. */
  readonly secure: boolean;
  /** Seconds; seven days where left out. */
  readonly maxAge?: number;
}

/**
 * The text that stores `value` as the override cookie, for `document.cookie` and for `Set-Cookie` alike.
 * The empty value deletes the cookie. Host-only, for every path, and readable by script.
 */
export function overrideCookieText(value: string, storage: CookieStorage): string {
  const prefixed = storage.name.startsWith('__'); // RFC 6265bis 4.1.3: __Host- and __Secure- need Secure
  const maxAge = value === '' ? 0 : (storage.maxAge ?? DEFAULT_MAX_AGE);
  const secure = storage.secure || prefixed ? '; Secure' : '';
  return `${storage.name}=${value}; Path=/; Max-Age=${maxAge}; SameSite=Lax${secure}`;
}
