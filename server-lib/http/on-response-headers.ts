import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { tryCall } from '../core/errors.ts';
import {
  canSetHeaders,
  copyHeaders,
  headersOf,
  restoreHeaders,
  type SetHeader,
  spellingsOf,
} from './response-headers.ts';

type WriteHeadHeaders = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];

/** Changes the headers of a response, which has these headers now. */
export type HeaderChange = (headers: readonly SetHeader[]) => void;

/**
 * Calls `getChange` when a response's headers are about to be sent, and makes the returned change to the headers set before
 * and to those passed to `writeHead`. Without a change, the headers are sent exactly as the application wrote them; if
 * they cannot be sent, they are restored. Returns `false` if the response cannot be watched.
 *
 * A middleware that wrapped `writeHead` before us changes the headers after us: `reapply` runs after each header that it
 * sets.
 */
export function onResponseHeaders(
  response: ServerResponse,
  getChange: () => HeaderChange | undefined,
  reapply: () => void = () => {},
): boolean {
  const writeHead = tryCall(() => response.writeHead);
  if (typeof writeHead !== 'function') return false;
  const isWrapped = tryCall(() => Object.hasOwn(response, 'writeHead')) === true;
  function gatekeeperWriteHead(this: ServerResponse, status: number, ...rest: readonly unknown[]): ServerResponse {
    // 1xx is not the response. The original throws for headers that were sent already and for an invalid status.
    const isFinal = !(status < 200 || status > 999) && canSetHeaders(this);
    const change = isFinal ? getChange() : undefined;
    if (change === undefined) return callWriteHead(writeHead, this, [status, ...rest]);
    const [reason, headers] = typeof rest[0] === 'string' ? rest : [undefined, rest[0] ?? rest[1]];
    const hasHeaders = headers !== undefined && headers !== null;
    const now = headersOf(this);
    const before = copyHeaders(now);
    const spellings = hasHeaders ? spellingsOf(this) : undefined;
    try {
      if (hasHeaders) setHeaders(this, headers as WriteHeadHeaders);
      change(hasHeaders ? headersOf(this) : now);
      const send = (): ServerResponse =>
        callWriteHead(writeHead, this, reason === undefined ? [status] : [status, reason]);
      return isWrapped ? reapplyAfterSetters(this, reapply, send) : send();
    } catch (error) {
      restoreHeaders(this, before, spellings); // the error page that follows sets its own headers
      throw error;
    }
  }
  return (
    tryCall(() => {
      response.writeHead = gatekeeperWriteHead as ServerResponse['writeHead'];
      return response.writeHead === gatekeeperWriteHead;
    }) === true
  );
}

const SETTERS = ['setHeader', 'appendHeader', 'removeHeader'] as const;

/** Runs `send`, and `reapply` after each header that is set or removed meanwhile. */
function reapplyAfterSetters<Result>(response: ServerResponse, reapply: () => void, send: () => Result): Result {
  const own = SETTERS.map((name) => [name, Object.getOwnPropertyDescriptor(response, name)] as const);
  let isReapplying = false;
  for (const name of SETTERS) {
    const setter: unknown = response[name];
    if (typeof setter !== 'function') continue;
    const value = function (this: ServerResponse, ...args: unknown[]): unknown {
      const result = Reflect.apply(setter, this, args);
      if (isReapplying) return result;
      isReapplying = true;
      reapply();
      isReapplying = false;
      return result;
    };
    tryCall(() => Object.defineProperty(response, name, { value, configurable: true, writable: true }));
  }
  try {
    return send();
  } finally {
    for (const [name, descriptor] of own) {
      tryCall(() =>
        descriptor ? Object.defineProperty(response, name, descriptor) : Reflect.deleteProperty(response, name),
      );
    }
  }
}

function callWriteHead(writeHead: unknown, response: ServerResponse, args: readonly unknown[]): ServerResponse {
  return Reflect.apply(writeHead as ServerResponse['writeHead'], response, args);
}

// Merges as node:http does, without headers that have no name. An array is names and values in turn, and replaces headers
// set before.
function setHeaders(response: ServerResponse, headers: WriteHeadHeaders): void {
  const pairs = Array.isArray(headers) ? groupByName(headers) : Object.entries(headers);
  for (const [name, value] of pairs) if (name) response.setHeader(name, value as OutgoingHttpHeader);
}

/** The headers of an array, each name once with all of its values. */
function groupByName(headers: readonly unknown[]): Iterable<readonly [string, unknown]> {
  const pairs = Array.isArray(headers[0])
    ? (headers as readonly (readonly unknown[])[])
    : headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : []));
  const byName = new Map<string, [string, unknown]>();
  for (const [name, value] of pairs) {
    const key = String(name).toLowerCase();
    const before = byName.get(key);
    byName.set(key, [name as string, before === undefined ? value : [before[1], value].flat()]);
  }
  return byName.values();
}
