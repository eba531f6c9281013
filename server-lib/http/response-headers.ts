import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { ResponseChanges } from '../adapter/response-changes.ts';

// A response may be a stand-in: for a WebSocket, socket.io passes middleware an object with three methods. A call that a
// response lacks, or refuses because it is frozen or sent already, is skipped, so that the visitor gets the page.

/** Whether headers can still be changed: they were not sent, and the response is not a stand-in without headers. */
export function canSetHeaders(response: ServerResponse): boolean {
  return tryCall(() => !response.headersSent && typeof response.setHeader === 'function') === true;
}

/** The names of the headers that are set, in lower case. */
function headerNames(response: ServerResponse): readonly string[] {
  return (
    tryCall(() => response.getHeaderNames()) ??
    tryCall(() => Object.keys(response.getHeaders()).map((name) => name.toLowerCase())) ??
    []
  );
}

export function readHeader(response: ServerResponse, name: string): OutgoingHttpHeader | undefined {
  return tryCall(() => response.getHeader(name));
}

/** The headers that are set, with their names in lower case. */
export function headersOf(response: ServerResponse): readonly (readonly [string, OutgoingHttpHeader | undefined])[] {
  return headerNames(response).map((name) => [name, readHeader(response, name)] as const);
}

/** Makes the changes to the headers of a response. A change that the response refuses is skipped. */
export function applyChanges(response: ServerResponse, { remove, set, append }: ResponseChanges): void {
  for (const name of remove) removeHeader(response, name);
  for (const [name, value] of set) writeHeader(response, name, value);
  for (const [name, value] of append) {
    const values = [readHeader(response, name) ?? []].flat().map(String);
    const all = [...values.filter((one) => one !== ''), value];
    writeHeader(response, name, name === 'set-cookie' ? all : all.join(', '));
  }
}

function writeHeader(response: ServerResponse, name: string, value: OutgoingHttpHeader): void {
  tryCall(() => response.setHeader(name, value));
}

function removeHeader(response: ServerResponse, name: string): void {
  tryCall(() => response.removeHeader(name));
}

/** Saves the headers of a response. The returned function restores those that have changed since. */
export function saveHeaders(response: ServerResponse): () => void {
  const before = new Map(originalNames(response).map((name) => [name.toLowerCase(), copyHeader(name, response)]));
  return function restoreHeaders() {
    for (const name of headerNames(response)) if (!before.has(name)) removeHeader(response, name);
    for (const [key, { name, value }] of before) {
      if (value !== undefined && !isSameValue(readHeader(response, key), value)) writeHeader(response, name, value);
    }
  };
}

// In the application's spelling. Node's types do not have the method.
function originalNames(response: ServerResponse): readonly string[] {
  const { getRawHeaderNames } = response as { getRawHeaderNames?: () => string[] };
  return tryCall(() => getRawHeaderNames?.call(response)) ?? headerNames(response);
}

// Copies an array, because node:http appends to its own.
function copyHeader(name: string, response: ServerResponse) {
  const value = readHeader(response, name);
  return { name, value: Array.isArray(value) ? [...value] : value };
}

function isSameValue(now: OutgoingHttpHeader | undefined, before: OutgoingHttpHeader): boolean {
  if (!Array.isArray(now) || !Array.isArray(before)) return now === before;
  return now.length === before.length && now.every((value, at) => value === before[at]);
}

/** The result of `action`, or `undefined` if it throws. */
export function tryCall<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Sets a `Set-Cookie` line on the response and replaces an earlier one for the same cookie. */
export function setCookie(response: ServerResponse, line: string): void {
  const sameCookie = line.slice(0, line.indexOf('=') + 1);
  const others = setCookieLines(response).filter((other) => !other.startsWith(sameCookie));
  response.setHeader('set-cookie', [...others, line]);
}

/** The `Set-Cookie` lines that a response has so far. */
export function setCookieLines(response: ServerResponse): readonly string[] {
  return [readHeader(response, 'set-cookie') ?? []].flat().map(String);
}
