import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { ResponseChanges } from '../adapter/response-changes.ts';
import { cookieNameOf } from '../core/request/response-cookies.ts';

// A response may be a stand-in: for a WebSocket, socket.io passes middleware an object with three methods. A call that a
// response lacks, or refuses because it is frozen or sent already, is skipped, so that the visitor gets the page.

/** Whether headers can still be changed: they were not sent, and the response is not a stand-in without headers. */
export function canSetHeaders(response: ServerResponse): boolean {
  try {
    return !response.headersSent && typeof response.setHeader === 'function';
  } catch {
    return false;
  }
}

export function readHeader(response: ServerResponse, name: string): OutgoingHttpHeader | undefined {
  try {
    return response.getHeader(name);
  } catch {
    return undefined;
  }
}

/** A header that is set. */
export type SetHeader = readonly [name: string, value: OutgoingHttpHeader | undefined];

/** The headers that are set, with their names in lower case. */
export function headersOf(response: ServerResponse): readonly SetHeader[] {
  const headers: SetHeader[] = [];
  for (const name of headerNames(response)) headers.push([name, readHeader(response, name)]);
  return headers;
}

// Not getHeaders() or getRawHeaderNames(): for three headers, each takes as long as all the rest of a change (Node 20).
function headerNames(response: ServerResponse): readonly string[] {
  try {
    return response.getHeaderNames();
  } catch {
    // A stand-in may have the other method.
  }
  try {
    return Object.keys(response.getHeaders()).map((name) => name.toLowerCase());
  } catch {
    return [];
  }
}

/** Makes the changes to the headers of a response. A change that the response refuses is skipped. */
export function applyChanges(response: ServerResponse, { remove, set, append }: ResponseChanges): void {
  for (const name of remove) removeHeader(response, name);
  for (const [name, value] of set) writeHeader(response, name, value);
  for (const [name, value] of append) appendHeader(response, name, value);
}

function appendHeader(response: ServerResponse, name: string, value: string): void {
  const before = readHeader(response, name);
  if (name === 'set-cookie') writeHeader(response, name, [...[before ?? []].flat().map(String), value]);
  else if (before === undefined || before === '') writeHeader(response, name, value);
  else writeHeader(response, name, [before, value].flat().join(', '));
}

function writeHeader(response: ServerResponse, name: string, value: OutgoingHttpHeader): void {
  try {
    response.setHeader(name, value);
  } catch {
    // Skipped: see above.
  }
}

function removeHeader(response: ServerResponse, name: string): void {
  try {
    response.removeHeader(name);
  } catch {
    // Skipped: see above.
  }
}

/** The spelling of the names of the headers that are set, by their names in lower case. */
export function spellingsOf(response: ServerResponse): ReadonlyMap<string, string> {
  try {
    // Node's types do not have the method.
    const names = (response as { getRawHeaderNames?: () => readonly string[] }).getRawHeaderNames?.() ?? [];
    return new Map(names.map((name) => [name.toLowerCase(), name]));
  } catch {
    return new Map();
  }
}

/** Restores the headers of a response that have changed since they were `before`. */
export function restoreHeaders(
  response: ServerResponse,
  before: readonly SetHeader[],
  spellings: ReadonlyMap<string, string> | undefined,
): void {
  for (const name of headerNames(response)) if (!before.some(([one]) => one === name)) removeHeader(response, name);
  for (const [name, value] of before) {
    if (value === undefined || isSameValue(readHeader(response, name), value)) continue;
    writeHeader(response, spellings?.get(name) ?? name, value);
  }
}

/** A copy of headers whose values do not change any more: node:http appends to its own arrays. */
export function copyHeaders(headers: readonly SetHeader[]): readonly SetHeader[] {
  return headers.map((header) => (Array.isArray(header[1]) ? [header[0], [...header[1]]] : header));
}

function isSameValue(now: OutgoingHttpHeader | undefined, before: OutgoingHttpHeader): boolean {
  if (!Array.isArray(now) || !Array.isArray(before)) return now === before;
  return now.length === before.length && now.every((value, at) => value === before[at]);
}

/** Sets a `Set-Cookie` line on the response and replaces an earlier one for the same cookie. */
export function setCookie(response: ServerResponse, line: string): void {
  const name = cookieNameOf(line);
  const others = setCookieLines(response).filter((other) => cookieNameOf(other) !== name);
  response.setHeader('set-cookie', [...others, line]);
}

/** The `Set-Cookie` lines that a response has so far. */
export function setCookieLines(response: ServerResponse): readonly string[] {
  return [readHeader(response, 'set-cookie') ?? []].flat().map(String);
}
