// docs/protocol.md section 3: short enough for a cookie, safe to display, and never `__proto__`.
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** The grammar of flag and variant names, for error messages. */
export const NAME_GRAMMAR = 'a letter or digit, then at most 127 letters, digits, "_", "." or "-"';

/** Whether `value` is a valid name for a flag or a variant. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** The default name of the override cookie. */
export const OVERRIDE_COOKIE = 'gatekeeper';

/**
 * The prefix of the override cookie's name if grants are configured: no other host and no plain http page can set such a
 * cookie (RFC 6265bis 4.1.3.2).
 */
export const HOST_PREFIX = '__Host-';

/** The default path of a site's manifest (RFC 8615). */
export const MANIFEST_PATH = '/.well-known/gatekeeper.json';

// A manifest must not make a client overwrite the session cookie or the grant cookie (docs/protocol.md section 5).
const COOKIE_NAME = /^(?:__Host-|__Secure-)?gatekeeper(?!-grant$)[\w-]*$/;

/** Whether `value` is a valid name for an override cookie. */
export function isOverrideCookieName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 128 && COOKIE_NAME.test(value);
}

/**
 * The fragment of a URL that proposes overrides (docs/protocol.md section 7). The name is the same on every site, independent
 * of the cookie's name.
 */
export const PROPOSAL_FRAGMENT = '#gatekeeper=';
