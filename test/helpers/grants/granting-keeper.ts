import type { IncomingMessage } from 'node:http';
import { createGatekeeper, defineFlags, type GrantOptions } from '../../../server-lib/index.ts';
import { overrideCookie } from '../http/node-request.ts';

export const ORIGIN = 'https://app.example.com';
export const GRANT_PATH = '/gatekeeper/grant';

/** The headers of a grant request that the site's own page sends. */
export const OWN_REQUEST = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' };

export const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});

const userOf = ({ headers }: { readonly headers: unknown }) =>
  (headers as IncomingMessage['headers'])['x-user'] as string;

/** A keeper in production that issues grants to ann (every flag) and bob (one flag). `X-User` names the user of a request. */
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
        const user = userOf(req as Parameters<typeof userOf>[0]);
        if (user === 'bob') return { sub: user, scope: ['SEARCH'] };
        return user === 'ann' ? { sub: user, scope: '*' } : null;
      },
      ...(options as object),
    },
  });
}

/** The `Cookie` header with overrides for a site with grants, and optionally a grant. */
export function grantedCookies(overrides: Readonly<Record<string, unknown>>, grant?: string): string {
  const cookie = `__Host-${overrideCookie(overrides)}`;
  return grant === undefined ? cookie : `${cookie}; ${grant}`;
}

/** The name and value of the cookie in a `Set-Cookie` line. */
export function cookieOf(line: string | undefined): string {
  return line?.split(';', 1)[0] ?? '';
}
