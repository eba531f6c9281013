import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

// A response may be a stand-in: socket.io hands middlewares one with three methods for each WebSocket. Whatever a response
// lacks, or refuses because it is frozen or sent already, is done without: the visitor gets the page.

/** Whether headers can still be changed: the head is not sent, and the response is no stand-in without headers. */
export function takesHeaders(response: ServerResponse): boolean {
  return attempt(() => !response.headersSent && typeof response.setHeader === 'function') === true;
}

/** The names of the headers that are set, in lower case. */
export function headerNames(response: ServerResponse): readonly string[] {
  return (
    attempt(() => response.getHeaderNames()) ??
    attempt(() => Object.keys(response.getHeaders()).map((name) => name.toLowerCase())) ??
    []
  );
}

export function readHeader(response: ServerResponse, name: string): OutgoingHttpHeader | undefined {
  return attempt(() => response.getHeader(name));
}

export function writeHeader(response: ServerResponse, name: string, value: OutgoingHttpHeader): void {
  attempt(() => response.setHeader(name, value));
}

export function dropHeader(response: ServerResponse, name: string): void {
  attempt(() => response.removeHeader(name));
}

/** Remembers the headers of a response. The returned function puts back those that have changed since. */
export function rememberHeaders(response: ServerResponse): () => void {
  const before = new Map(spelledNames(response).map((name) => [name.toLowerCase(), headerAs(name, response)]));
  return function putBack() {
    for (const name of headerNames(response)) if (!before.has(name)) dropHeader(response, name);
    for (const [key, { name, value }] of before) {
      if (value !== undefined && !isSame(readHeader(response, key), value)) writeHeader(response, name, value);
    }
  };
}

// As the application spelled them; the types of Node do not know the method.
function spelledNames(response: ServerResponse): readonly string[] {
  const { getRawHeaderNames } = response as { getRawHeaderNames?: () => string[] };
  return attempt(() => getRawHeaderNames?.call(response)) ?? headerNames(response);
}

// A copy of a list: node:http appends to the one that it holds.
function headerAs(name: string, response: ServerResponse) {
  const value = readHeader(response, name);
  return { name, value: Array.isArray(value) ? [...value] : value };
}

function isSame(now: OutgoingHttpHeader | undefined, before: OutgoingHttpHeader): boolean {
  if (!Array.isArray(now) || !Array.isArray(before)) return now === before;
  return now.length === before.length && now.every((value, at) => value === before[at]);
}

/** The result of `action`, or `undefined` where it cannot be done. */
export function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
