import { findCookie } from './cookie-header.ts';
import { DEFAULT_MAX_AGE, MAX_COOKIE_BYTES } from './limits.ts';
import { parseJson } from './untrusted-json.ts';

/** Why an override cookie cannot be read. */
export type CookieProblem = 'malformed' | 'too-large';

/** The content of a request's override cookie, before its flags and variants are checked. */
export type CookieParseResult =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly problem: CookieProblem }
  | { readonly kind: 'entries'; readonly entries: ReadonlyMap<string, unknown> };

/** Reads the override cookie in a raw `Cookie` header, one character per byte as in node:http. Never throws. */
export function readOverrideCookie(header: string | undefined, name: string): CookieParseResult {
  const value = typeof header === 'string' ? findCookie(header, name) : undefined;
  return value === undefined ? { kind: 'absent' } : decodeOverrides(value, name);
}

/** Decodes an override cookie's raw value, one character per byte. Never throws. */
export function decodeOverrides(value: string, name: string): CookieParseResult {
  const entries = parseOverrideEntries(value, name);
  return typeof entries === 'string'
    ? { kind: 'unreadable', problem: entries }
    : { kind: 'entries', entries: new Map(entries) };
}

/** Like {@link decodeOverrides}, but as an array, for a caller that iterates once. Each name occurs once. */
export function parseOverrideEntries(
  value: string,
  name: string,
): CookieProblem | readonly (readonly [string, unknown])[] {
  if (typeof value !== 'string') return 'malformed';
  if (name.length + value.length > MAX_COOKIE_BYTES) return 'too-large';
  const parsed = parseValue(withoutQuotes(value));
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.entries(parsed) : 'malformed';
}

/**
 * The cookie value for `overrides`: percent-encoded JSON with sorted keys, so that equal overrides give equal cookies.
 * Throws a `TypeError` for a flag or variant that is not a string.
 */
export function encodeOverrides(overrides: ReadonlyMap<string, string> | Readonly<Record<string, string>>): string {
  if (typeof overrides !== 'object' || overrides === null) throw invalidOverrides(typeof overrides);
  const entries =
    Symbol.iterator in overrides ? [...(overrides as ReadonlyMap<string, string>)] : Object.entries(overrides);
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  const members = sorted.map(([flag, variant]) => {
    if (typeof flag !== 'string') throw invalidOverrides(`a ${typeof flag} as a flag`);
    if (typeof variant !== 'string') throw invalidOverrides(`a ${typeof variant} for ${JSON.stringify(flag)}`);
    return `${JSON.stringify(flag)}:${JSON.stringify(variant)}`;
  });
  return encodeURIComponent(`{${members.join(',')}}`); // an object would put the flag "7" before the flag "10"
}

// One short message, because the popup's bundle contains it.
function invalidOverrides(got: string): TypeError {
  return new TypeError(`encodeOverrides: expected { FLAG: 'VARIANT' } or a Map; got ${got}`);
}

/** The bytes of the cookie for `value`; above {@link MAX_COOKIE_BYTES}, browsers silently keep the old cookie. */
export function cookieBytes(name: string, value: string): number {
  return name.length + value.length;
}

/** The attributes of an override cookie that vary; the others are fixed. */
export interface CookieOptions {
  readonly name: string;
  /** Whether the page was loaded over https. */
  readonly secure: boolean;
  /** The lifetime in seconds. Default: seven days. */
  readonly maxAge?: number;
}

/**
 * The string that stores `value` as the override cookie, for `document.cookie` and for `Set-Cookie`. An empty value
 * deletes the cookie. The cookie is host-only, valid for every path and readable by scripts.
 */
export function serializeOverrideCookie(value: string, options: CookieOptions): string {
  const prefixed = options.name.startsWith('__'); // RFC 6265bis 4.1.3: __Host- and __Secure- need Secure
  const maxAge = value === '' ? 0 : (options.maxAge ?? DEFAULT_MAX_AGE);
  const secure = options.secure || prefixed ? '; Secure' : '';
  return `${options.name}=${value}; Path=/; Max-Age=${maxAge}; SameSite=Lax${secure}`;
}

// RFC 6265 4.1.1 allows a pair of double quotes. Some parsers strip it and some keep it; both must mean the same.
function withoutQuotes(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function parseValue(value: string): unknown {
  try {
    const text = decodeUtf8(value);
    return parseObject(text) ?? (text.includes('%') ? parseObject(decodeURIComponent(text)) : undefined);
  } catch {
    return undefined; // bytes or escapes that are not UTF-8
  }
}

function parseObject(text: string): unknown {
  // Express' res.cookie() writes "j:" before an object's JSON.
  const json = text.startsWith('j:') ? text.slice(2) : text;
  // Skips `JSON.parse` for a value that cannot be an object: an exception is expensive.
  return json.trimStart().startsWith('{') ? parseJson(json) : undefined;
}

// A character above U+00FF is not a byte: the caller's framework has decoded the header already.
function decodeUtf8(bytes: string): string {
  if (!NOT_ASCII.test(bytes) || NOT_A_BYTE.test(bytes)) return bytes;
  return strictUtf8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

const NOT_ASCII = /[\u0080-\uffff]/;
const NOT_A_BYTE = /[\u0100-\uffff]/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
