import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

// A response may be a stand-in: socket.io hands middlewares one with three methods for each WebSocket. Whatever a response
// lacks, or refuses because it is frozen or sent already, is done without: the visitor gets the page.

/** Whether headers can still be changed: the head is not sent, and the response is no stand-in without headers. */
export function canSetHeaders(response: ServerResponse): boolean {
  return tryCall(() => !response.headersSent && typeof response.setHeader === 'function') === true;
}

/** The names of the headers that are set, in lower case. */
export function headerNames(response: ServerResponse): readonly string[] {
  return (
    tryCall(() => response.getHeaderNames()) ??
    tryCall(() => Object.keys(response.getHeaders()).map((name) => name.toLowerCase())) ??
    []
  );
}

export function readHeader(response: ServerResponse, name: string): OutgoingHttpHeader | undefined {
  return tryCall(() => response.getHeader(name));
}

export function writeHeader(response: ServerResponse, name: string, value: OutgoingHttpHeader): void {
  tryCall(() => response.setHeader(name, value));
}

export function removeHeader(response: ServerResponse, name: string): void {
  tryCall(() => response.removeHeader(name));
}

/** Remembers the headers of a response. The returned function puts back those that have changed since. */
export function saveHeaders(response: ServerResponse): () => void {
  const before = new Map(originalNames(response).map((name) => [name.toLowerCase(), copyHeader(name, response)]));
  return function putBack() {
    for (const name of headerNames(response)) if (!before.has(name)) removeHeader(response, name);
    for (const [key, { name, value }] of before) {
      if (value !== undefined && !isSameValue(readHeader(response, key), value)) writeHeader(response, name, value);
    }
  };
}

// As the application spelled them; the types of Node do not know the method.
function originalNames(response: ServerResponse): readonly string[] {
  const { getRawHeaderNames } = response as { getRawHeaderNames?: () => string[] };
  return tryCall(() => getRawHeaderNames?.call(response)) ?? headerNames(response);
}

// A copy of a list: node:http appends to the one that it holds.
function copyHeader(name: string, response: ServerResponse) {
  const value = readHeader(response, name);
  return { name, value: Array.isArray(value) ? [...value] : value };
}

function isSameValue(now: OutgoingHttpHeader | undefined, before: OutgoingHttpHeader): boolean {
  if (!Array.isArray(now) || !Array.isArray(before)) return now === before;
  return now.length === before.length && now.every((value, at) => value === before[at]);
}

/** The result of `action`, or `undefined` where it cannot be done. */
export function tryCall<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Puts a `Set-Cookie` line on the response, in place of an earlier one for the same cookie. */
export function setCookie(response: ServerResponse, line: string): void {
  const sameCookie = line.slice(0, line.indexOf('=') + 1);
  const others = setCookieLines(response).filter((other) => !other.startsWith(sameCookie));
  response.setHeader('set-cookie', [...others, line]);
}

/** The `Set-Cookie` lines that a response has so far. */
export function setCookieLines(response: ServerResponse): readonly string[] {
  return [readHeader(response, 'set-cookie') ?? []].flat().map(String);
}

/** Adds `field` to the response's `Vary` unless it is there (RFC 9110 12.5.5: a list without regard to case). */
export function addVary(response: ServerResponse, field: string): void {
  const fields = [readHeader(response, 'vary') ?? []].flat().flatMap((value) => String(value).split(','));
  const present = fields.map((one) => one.trim()).filter((one) => one !== '');
  if (present.some((one) => one === '*' || one.toLowerCase() === field.toLowerCase())) return;
  writeHeader(response, 'vary', [...present, field].join(', '));
}
