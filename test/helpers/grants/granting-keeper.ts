import type { IncomingMessage } from 'node:http';
import { createGatekeeper, defineFlags, type GrantOptions } from '../../../server-lib/index.ts';
import { overrideCookie } from '../http/node-request.ts';

export const ORIGIN = 'https://app.example.com';
export const GRANT_PATH = '/gatekeeper/grant';

/** The headers of a request that a page of the site makes on purpose. */
export const OWN_REQUEST = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' };

export const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});

const userOf = ({ headers }: { readonly headers: IncomingMessage['headers'] }) => headers['x-user'] as string;

/** A keeper in production that grants overriding to ann (everything) and bob (one flag); who asks stands in `X-User`. */
export function grantingKeeper(
  options: Partial<GrantOptions<IncomingMessage>> = {},
  more: { readonly cookieName?: string } = {},
) {
  return createGatekeeper({
    flags,
    ...more,
    grants: {
      keys: [{ kid: 'first', secret: Buffer.alloc(32, 7) }],
      origins: [ORIGIN],
      authorize: (req) => {
        const user = userOf(req);
        if (user === 'bob') return { sub: user, scope: ['SEARCH'] };
        return user === 'ann' ? { sub: user, scope: '*' } : null;
      },
      ...(options as object),
    },
  });
}

/** The `Cookie` header with overrides as a site with grants wants them, and perhaps a grant. */
export function grantedCookies(overrides: Readonly<Record<string, unknown>>, grant?: string): string {
  const cookie = `__Host-${overrideCookie(overrides)}`;
  return grant === undefined ? cookie : `${cookie}; ${grant}`;
}

/** The cookie in a `Set-Cookie` line. */
export function cookieOf(line: string | undefined): string {
  return line?.split(';', 1)[0] ?? '';
}
