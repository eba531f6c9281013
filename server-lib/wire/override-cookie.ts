import { findCookie } from './cookie-header.ts';
import { MAX_COOKIE_OCTETS } from './limits.ts';

/** Why an override cookie counts as none. */
export type CookieProblem = 'malformed' | 'too-large';

/** What a request's override cookie says, before anyone has asked whether its flags exist. */
export type CookieReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly problem: CookieProblem }
  | { readonly kind: 'entries'; readonly entries: ReadonlyMap<string, unknown> };

/** The override cookie of a raw `Cookie` header, one character an octet as node:http gives it. Never throws. */
export function readOverrideCookie(header: string | undefined, name: string): CookieReading {
  const value = header === undefined ? undefined : findCookie(header, name);
  return value === undefined ? { kind: 'absent' } : decodeOverrides(value, name);
}

/** The entries in an override cookie's raw value, one character an octet. Never throws. */
export function decodeOverrides(value: string, name: string): CookieReading {
  if (name.length + value.length > MAX_COOKIE_OCTETS) return { kind: 'unreadable', problem: 'too-large' };
  const parsed = parseValue(unquoted(value));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { kind: 'unreadable', problem: 'malformed' };
  }
  return { kind: 'entries', entries: new Map(Object.entries(parsed)) };
}

/** The cookie value for `overrides`: percent-encoded JSON, keys sorted, so that equal overrides are equal cookies. */
export function encodeOverrides(overrides: ReadonlyMap<string, string>): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  const members = sorted.map(([flag, variant]) => `${JSON.stringify(flag)}:${JSON.stringify(variant)}`);
  return encodeURIComponent(`{${members.join(',')}}`); // by hand: an object would put the flag "7" before the flag "10"
}

/** Octets of the cookie that would carry `value`; over {@link MAX_COOKIE_OCTETS} browsers keep the old one silently. */
export function cookieOctets(name: string, value: string): number {
  return name.length + value.length;
}

// Some parsers strip one pair of double quotes, some keep it (RFC 6265 4.1.1 allows it): both must mean the same.
function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function parseValue(value: string): unknown {
  try {
    const text = utf8(value);
    return parseJson(text) ?? (text.includes('%') ? parseJson(decodeURIComponent(text)) : undefined);
  } catch {
    return undefined; // bytes or escapes that are not UTF-8
  }
}

function parseJson(text: string): unknown {
  try {
    // Express' res.cookie() writes "j:" before an object's JSON.
    return JSON.parse(text.startsWith('j:') ? text.slice(2) : text);
  } catch {
    return undefined;
  }
}

// A caller whose framework has decoded the header hands over characters that are no octets: taken as they are.
function utf8(octets: string): string {
  const widest = widestCharacter(octets);
  if (widest < 0x80 || widest > 0xff) return octets;
  return strictUtf8.decode(Uint8Array.from(octets, (octet) => octet.charCodeAt(0)));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function widestCharacter(text: string): number {
  let widest = 0;
  for (let at = 0; at < text.length; at++) widest = Math.max(widest, text.charCodeAt(at));
  return widest;
}
