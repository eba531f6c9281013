import type { RequestGate } from '../core/request/request-gate.ts';
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
export function responseChanges(gate: RequestGate, { headers, reservedBytes = 0 }: ResponseHead = {}): ResponseChanges {
  const cookies = gate.takeCookies();
  const flags = gate.visibleEvaluations();
  const isPrivate = gate.isPrivate();
  if (flags.length === 0 && !isPrivate) return NO_CHANGES;
  const before = headers === undefined ? undefined : readHeaders(headers);
  const changes = withCookies(privateChanges(before), cookies, before);
  const timing = timingEntries(flags, applied(changes, before), reservedBytes);
  if (timing !== '') return { ...changes, append: [...changes.append, ['server-timing', timing]] };
  return isPrivate ? changes : NO_CHANGES; // no room: the response names no flag
}

/** The headers of a response by their names in lower case. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>;

export function readHeaders(headers: NonNullable<ResponseHead['headers']>): HeaderMap {
  const found = new Map<string, readonly string[]>();
  for (const [name, value] of headers) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    found.set(key, [...(found.get(key) ?? []), ...[value].flat().map(String)]);
  }
  return found;
}

/** The changes that keep a response out of every cache. */
export function privateChanges(headers?: HeaderMap): ResponseChanges {
  const names = headers === undefined ? KNOWN_FOR_CACHES : [...headers.keys()].filter(isForCaches);
  return { remove: names, set: [['cache-control', 'private, no-store']], append: variesBy('Cookie', headers) };
}

// RFC 9110 12.5.5: names are case-insensitive.
function variesBy(field: string, headers: HeaderMap | undefined): readonly Header[] {
  const fields = (headers?.get('vary') ?? []).flatMap((value) => value.split(',')).map((one) => one.trim());
  const isThere = fields.some((one) => one === '*' || one.toLowerCase() === field.toLowerCase());
  return isThere ? [] : [['vary', field]];
}

/** `changes` with `Set-Cookie` lines, which replace earlier ones for the same cookie. */
export function withCookies(
  changes: ResponseChanges,
  lines: readonly string[],
  headers: HeaderMap | undefined,
): ResponseChanges {
  if (lines.length === 0) return changes;
  const before = headers?.get('set-cookie') ?? [];
  const others = before.filter((line) => !lines.some((one) => line.startsWith(one.slice(0, one.indexOf('=') + 1))));
  const isReplaced = others.length < before.length;
  const added = (isReplaced ? [...others, ...lines] : lines).map((line): Header => ['set-cookie', line]);
  return {
    remove: isReplaced ? [...changes.remove, 'set-cookie'] : changes.remove,
    set: changes.set,
    append: [...changes.append, ...added],
  };
}

function applied({ remove, set, append }: ResponseChanges, headers: HeaderMap = new Map()): HeaderMap {
  const after = new Map(headers);
  for (const name of remove) after.delete(name);
  for (const [name, value] of set) after.set(name, [value]);
  for (const [name, value] of append) after.set(name, [...(after.get(name) ?? []), value]);
  return after;
}

/** The maximum bytes of the headers with our entries: nginx reads headers into 4 KiB and responds with 502 to more. */
const MAX_HEAD_BYTES = 3_500;

/** Our entries for `Server-Timing`, after the application's own and within the limits; `''` if nothing fits. */
function timingEntries(flags: readonly EvaluatedFlag[], headers: HeaderMap, reservedBytes: number): string {
  if (flags.length === 0) return '';
  const own = headers.get('server-timing') ?? [];
  const line = `server-timing: ${[...own, ''].join(', ')}\r\n`;
  const room = MAX_HEAD_BYTES - reservedBytes - headBytes(headers, 'server-timing') - byteLength(line);
  return formatServerTiming(flags, Math.min(room, MAX_TIMING_BYTES - ownEntriesLength(own)));
}

// A mounted application may have its own gate, whose entries are there already.
function ownEntriesLength(own: readonly string[]): number {
  const entries = own.join(', ').split(', ');
  return entries.filter((entry) => /^gk[.;]/.test(entry)).join(', ').length;
}

/** The maximum bytes of a status line and headers on the wire, without the header `except`: one line for each value. */
function headBytes(headers: HeaderMap, except: string): number {
  const lines = [...headers]
    .filter(([name]) => name !== except)
    .flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`));
  return ADDED_BY_NODE + byteLength(lines.join(''));
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
