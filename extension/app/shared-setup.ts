import { rawValueOf } from './stored-overrides.ts';

/** What it takes to see a page elsewhere as it is seen here. */
export interface SharedSetup {
  /** The page's address. */
  readonly href: string;
  /** The name of the site's override cookie. */
  readonly cookie: string;
  readonly overrides: ReadonlyMap<string, string>;
}

/** The override cookie as a tool is told to set it: host-only, for every path, as the popup itself stores it. */
export interface SharedCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly secure: boolean;
}

export function sharedCookie({ href, cookie, overrides }: SharedSetup): SharedCookie {
  const { hostname, protocol } = new URL(href);
  const secure = protocol === 'https:' || cookie.startsWith('__'); // RFC 6265bis 4.1.3, as in set-cookie.ts
  return { name: cookie, value: rawValueOf(overrides), domain: hostname, secure };
}
