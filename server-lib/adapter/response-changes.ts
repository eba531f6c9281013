import type { RequestGate } from '../core/request/request-gate.ts';
import { cookieNameOf } from '../core/request/response-cookies.ts';
import { formatServerTiming, MAX_TIMING_BYTES } from '../wire/server-timing.ts';
import type { EvaluatedFlag } from '../wire/used-flags.ts';
import { isForCaches, KNOWN_FOR_CACHES } from './cache-headers.ts';

/** What a host changes on a response, in this order. All names are in lower case. */
export interface ResponseChanges {
  /** The names of the headers to remove. */
  readonly remove: readonly string[];
  /** Names and values of the headers that replace those of the application. */
  readonly set: readonly Header[];
  /** Names and values to add to those of the application. A name may be there more than once. */
  readonly append: readonly Header[];
}

export type Header = readonly [name: string, value: string];

/** A response as it is before the changes. */
export interface ResponseHead {
  /**
   * The headers that the response has: the `Headers` of a fetch response, or `Object.entries(response.getHeaders())`.
   * Without them, every header that is known to outrank `Cache-Control` is removed, and those that are only similar stay.
   */
  readonly headers?: Iterable<readonly [name: string, value: unknown]> | undefined;
  /** How many bytes of headers may still be added later. Default: 0. */
  readonly reservedBytes?: number;
}

/** The changes of a response that stays as it is. */
export const NO_CHANGES: ResponseChanges = Object.freeze({ remove: [], set: [], append: [] });

/** The changes that the response to the request of `gate` needs (docs/protocol.md sections 4 and 6). */
export function responseChanges(gate: RequestGate, head: ResponseHead = {}): ResponseChanges {
  const cookies = gate.takeCookies();
  const flags = gate.namedFlags();
  const isPrivate = gate.isPrivate();
  if (flags.length === 0 && !isPrivate) return NO_CHANGES;
  const { headers, reservedBytes = 0 } = head;
  const before = Array.isArray(headers) || headers === undefined ? headers : [...headers];
  const changes = privateChanges(before, cookies);
  const timing = timingEntries(flags, before ?? [], changes, reservedBytes);
  if (timing !== '') return { ...changes, append: [...changes.append, ['server-timing', timing]] };
  return isPrivate ? changes : NO_CHANGES; // no room: the response names no flag
}

/** Whether the response changes, before its headers are known. */
export function changesResponse(gate: RequestGate): boolean {
  return gate.isPrivate() || gate.namedFlags().length > 0;
}

/** Headers of a response, as in {@link ResponseHead}. */
type Headers = readonly (readonly [name: string, value: unknown])[];

/** The values of a header, whose name is in lower case. */
export function valuesOf(name: string, headers: Headers): readonly string[] {
  const found: string[] = [];
  for (const [one, value] of headers) {
    if (value === undefined || one.toLowerCase() !== name) continue;
    if (Array.isArray(value)) found.push(...value.map(String));
    else found.push(String(value));
  }
  return found;
}

/**
 * The changes that keep a response out of every cache. The `Set-Cookie` lines `cookies` are added and replace earlier ones
 * for the same cookie.
 */
export function privateChanges(headers?: Headers, cookies: readonly string[] = []): ResponseChanges {
  const remove = headers === undefined ? [...KNOWN_FOR_CACHES] : namesForCaches(headers);
  const append: Header[] = variesByCookie(headers) ? [] : [['vary', 'Cookie']];
  if (cookies.length > 0) {
    const before = headers === undefined ? [] : valuesOf('set-cookie', headers);
    const names = cookies.map(cookieNameOf);
    const others = before.filter((line) => !names.includes(cookieNameOf(line)));
    const isReplaced = others.length < before.length;
    if (isReplaced) remove.push('set-cookie');
    for (const line of isReplaced ? [...others, ...cookies] : cookies) append.push(['set-cookie', line]);
  }
  return { remove, set: NO_STORE, append };
}

const NO_STORE: readonly Header[] = [['cache-control', 'private, no-store']];

function namesForCaches(headers: Headers): string[] {
  const names: string[] = [];
  for (const [name] of headers) {
    const key = name.toLowerCase();
    if (isForCaches(key)) names.push(key);
  }
  return names;
}

// RFC 9110 12.5.5: names are case-insensitive.
function variesByCookie(headers: Headers = []): boolean {
  const values = valuesOf('vary', headers);
  if (values.length === 0) return false;
  const fields = values.join(',').toLowerCase().split(',');
  return fields.some((field) => ['*', 'cookie'].includes(field.trim()));
}

/** The maximum bytes of the headers with our entries: nginx reads headers into 4 KiB and responds with 502 to more. */
const MAX_HEAD_BYTES = 3_500;

/** Our entries for `Server-Timing`, after the application's own and within the limits; `''` if nothing fits. */
function timingEntries(
  flags: readonly EvaluatedFlag[],
  headers: Headers,
  changes: ResponseChanges,
  reservedBytes: number,
): string {
  if (flags.length === 0) return '';
  const own = valuesOf('server-timing', headers);
  const longest = formatServerTiming(flags, MAX_TIMING_BYTES - ownEntriesLength(own));
  const room = MAX_HEAD_BYTES - reservedBytes - longest.length;
  // A character of a string is at most three bytes, so most responses need no exact count.
  if (headBytes(headers, changes, (text) => 3 * text.length) <= room) return longest;
  const excess = headBytes(headers, changes, byteLength) - room;
  return excess <= 0 ? longest : formatServerTiming(flags, longest.length - excess);
}

// A mounted application may have its own gate, whose entries are there already.
function ownEntriesLength(own: readonly string[]): number {
  if (own.length === 0) return 0;
  const entries = own.join(', ').split(', ');
  return entries.filter((entry) => /^gk[.;]/.test(entry)).join(', ').length;
}

/** The maximum bytes of the status line and the headers on the wire: those that stay, those that change, and ours. */
function headBytes(
  headers: Headers,
  { remove, set, append }: ResponseChanges,
  sizeOf: (text: string) => number,
): number {
  // The application's entries and ours are sent as one line.
  let bytes = ADDED_BY_NODE + 'server-timing: , \r\n'.length + sizeOf(valuesOf('server-timing', headers).join(', '));
  const add = (name: string, value: unknown): void => {
    bytes += name.length + sizeOf(String(value)) + ': \r\n'.length; // one line for each value
  };
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const isKept = key !== 'server-timing' && !remove.includes(key) && !set.some(([one]) => one === key);
    if (value === undefined || !isKept) continue;
    if (Array.isArray(value)) for (const one of value) add(name, one);
    else add(name, value);
  }
  for (const [name, value] of set) add(name, value);
  for (const [name, value] of append) add(name, value);
  return bytes;
}

/** The bytes of a string as UTF-8: node:http sends the headers and a string body as one string, in the body's encoding. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

const ADDED_BY_NODE = [
  'HTTP/1.1 511 Network Authentication Required\r\n',
  'Date: Sun, 01 Nov 2026 00:00:00 GMT\r\n',
  'Connection: keep-alive\r\n',
  'Keep-Alive: timeout=99999, max=99999\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\r\n',
].join('').length;
