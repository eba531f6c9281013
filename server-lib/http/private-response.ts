import type { IncomingMessage, ServerResponse } from 'node:http';
import { outranksCacheControl } from './outranking-headers.ts';
import { attempt, dropHeader, headerNames, writeHeader } from './response-headers.ts';
import { addVary } from './vary.ts';

// A mark set while the page is rendered counts when its head is sent, whatever has happened to the headers since.
const PRIVATE = new WeakSet<ServerResponse>();

/** Remembers that a response is for one reader: an override applies, or it carries a header of ours for that reader. */
export function markPrivate(response: ServerResponse): void {
  PRIVATE.add(response);
}

export function isPrivate(response: ServerResponse): boolean {
  return PRIVATE.has(response);
}

/** Keeps a response for one reader out of every cache, whatever the application said (docs/protocol.md section 6). */
export function keepPrivate(response: ServerResponse): void {
  for (const name of headerNames(response)) {
    if (VALIDATORS.has(name) || outranksCacheControl(name)) dropHeader(response, name);
  }
  writeHeader(response, 'cache-control', 'private, no-store');
  addVary(response, 'Cookie');
}

const VALIDATORS: ReadonlySet<string> = new Set(['etag', 'last-modified']);

/** Drops what would let the application answer 304: the copy that the browser holds is of another variant. */
export function dropValidators({ headers }: IncomingMessage): void {
  for (const name of ['if-none-match', 'if-modified-since']) {
    if (headers?.[name] !== undefined) attempt(() => delete headers[name]);
  }
}
