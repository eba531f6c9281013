import { findCookie } from '../../wire/cookie-header.ts';
import { MAX_MAX_AGE } from '../../wire/limits.ts';
import { GatekeeperError } from '../errors.ts';
import { readOptions } from '../read-options.ts';
import { quoted } from '../values.ts';

/** What `visitorId` may use beside the framework's request. */
export interface VisitorContext {
  /** The raw `Cookie` header. */
  readonly cookie: string | undefined;
  /** The `Set-Cookie` lines that the response already has. */
  readonly responseCookies: readonly string[];
  /** Whether the page was loaded over https. */
  readonly secure: boolean;
  /**
   * Adds a `Set-Cookie` line to the response and makes it private. Returns `false`, and reports an error once, if its headers
   * were sent already.
   */
  setCookie(line: string): boolean;
}

/** The options of `visitorCookie()`. */
export interface VisitorCookieOptions {
  /** The name of the cookie. Default: `gk-visitor`. */
  readonly name?: string;
  /** The lifetime in seconds, from the visitor's first rollout on. Default: 30 days. */
  readonly maxAge?: number;
}

/** Reads or creates the id of a visitor; the option `visitorId` of an adapter's `gatekeeper()`. */
export type VisitorIdFunction = (request: unknown, visitor: VisitorContext) => string | undefined;

const DEFAULT_NAME = 'gk-visitor'; // not a name that an override cookie can have
const THIRTY_DAYS = 2_592_000;

/**
 * A `visitorId` that stores a random id in a cookie, so that rollouts work for visitors who are not signed in. The id is
 * created when a rule first needs it; other visitors get no cookie. Only the server reads it: `HttpOnly`, `SameSite=Lax`,
 * and `Secure` over https.
 */
export function visitorCookie(options: VisitorCookieOptions = {}): VisitorIdFunction {
  const settings = readOptions('visitorCookie', options, { name: true, maxAge: true });
  const { name = DEFAULT_NAME, maxAge = THIRTY_DAYS } = settings;
  if (typeof name !== 'string' || !COOKIE_NAME.test(name) || RESERVED_NAME.test(name)) {
    const what = 'name must be a cookie name of letters, digits, "_" and "-" that is not used by Gatekeeper itself';
    throw new GatekeeperError('ERR_GK_OPTIONS', `visitorCookie: ${what}; got ${quoted(name)}`);
  }
  if (!Number.isSafeInteger(maxAge) || maxAge < 1 || maxAge > MAX_MAX_AGE) {
    const what = `maxAge must be a whole number of seconds from 1 to ${MAX_MAX_AGE} (400 days)`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `visitorCookie: ${what}; got ${quoted(maxAge)}`);
  }
  const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
  const isPrefixed = name.startsWith('__'); // RFC 6265bis 4.1.3: __Host- and __Secure- need Secure
  return function visitorId(_request, visitor) {
    const known = storedId(visitor, name);
    if (known !== undefined) return known;
    const id = randomId();
    const line = `${name}=${id}; ${attributes}${visitor.secure || isPrefixed ? '; Secure' : ''}`;
    return visitor.setCookie(line) ? id : undefined;
  };
}

const COOKIE_NAME = /^[\w-]{1,64}$/;
const RESERVED_NAME = /^(?:__Host-|__Secure-)?gatekeeper(?:-grant)?$/;

/** The id that the visitor has, or was given by another gate of this request. Cookies of another form are ignored. */
function storedId({ cookie = '', responseCookies }: VisitorContext, name: string): string | undefined {
  // A sub-domain or a longer path can set a cookie of this name, which the browser may send first.
  const pairs = [...responseCookies.map((line) => line.split(';', 1)[0] ?? ''), ...cookie.split(';')];
  return pairs.map((pair) => findCookie(pair, name)).find((value) => value !== undefined && VISITOR_ID.test(value));
}

// 128 bits in hexadecimal.
const VISITOR_ID = /^[0-9a-f]{32}$/;

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
