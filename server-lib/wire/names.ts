// docs/protocol.md section 3: short enough for a cookie, safe to show, and never a name of Object.prototype with underscores.
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** The grammar of a flag's and a variant's name, as text for messages. */
export const NAME_GRAMMAR = 'a letter or digit, then at most 127 letters, digits, "_", "." or "-"';

/** Whether `value` may name a flag or a variant. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** The override cookie's name unless the site chooses another. */
export const OVERRIDE_COOKIE = 'gatekeeper';

/** Comes before its name where grants are configured: then no other host and no page on plain http can set it (RFC 6265bis 4.1.3.2). */
export const HOST_PREFIX = '__Host-';

/** Where a site serves its manifest unless it says otherwise (RFC 8615). */
export const MANIFEST_PATH = '/.well-known/gatekeeper.json';

// A site must not be able to point the client at its session cookie, nor at the grant (docs/protocol.md section 5).
const COOKIE_NAME = /^(?:__Host-|__Secure-)?gatekeeper(?!-grant$)[\w-]*$/;

/** Whether `value` is a name that an override cookie may bear. */
export function isOverrideCookieName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 128 && COOKIE_NAME.test(value);
}
