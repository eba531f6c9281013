/** The cookie that holds a grant. */
export const GRANT_COOKIE = '__Host-gatekeeper-grant';

/** The `Set-Cookie` line that stores a grant for `maxAge` seconds, out of reach of scripts; 0 deletes it. */
export function grantCookieText(token: string, maxAge: number): string {
  return `${GRANT_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
}
