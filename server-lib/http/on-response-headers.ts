import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { canSetHeaders, saveHeaders, tryCall } from './response-headers.ts';

type WriteHeadHeaders = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];

/** Changes the headers of a response. */
export type HeaderChange = () => void;

/**
 * Asks `changeOf` when a response's head is about to be sent, and makes the change that it names: to headers set before
 * and those handed to `writeHead` alike. Where it names none, the head is sent exactly as the application wrote it; where
 * the head cannot be sent, the headers are as they were. `false` if the response lets nobody listen.
 *
 * A middleware that wrapped `writeHead` before us changes the headers after us: `hold` runs after each header that it sets.
 */
export function onResponseHeaders(
  response: ServerResponse,
  getChange: () => HeaderChange | undefined,
  reapply: HeaderChange = () => {},
): boolean {
  const writeHead = tryCall(() => response.writeHead);
  if (typeof writeHead !== 'function') return false;
  const isWrapped = tryCall(() => Object.hasOwn(response, 'writeHead')) === true;
  function gatekeeperWriteHead(this: ServerResponse, status: number, ...rest: readonly unknown[]): ServerResponse {
    // 1xx are not the response; and a head that is sent already is for the original to complain about, like no status.
    const isHead = !(status < 200 || status > 999) && canSetHeaders(this);
    const change = isHead ? getChange() : undefined;
    if (change === undefined) return callWriteHead(writeHead, this, [status, ...rest]);
    const [reason, headers] = typeof rest[0] === 'string' ? rest : [undefined, rest[0] ?? rest[1]];
    const putBack = saveHeaders(this);
    try {
      setHeaders(this, headers as WriteHeadHeaders | undefined);
      change();
      const send = (): ServerResponse =>
        callWriteHead(writeHead, this, reason === undefined ? [status] : [status, reason]);
      return isWrapped ? reapplyAfterSetters(this, reapply, send) : send();
    } catch (refusal) {
      putBack(); // the error page that follows has a head of its own
      throw refusal;
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

/** Runs `send`, and `hold` after each header that is set or removed meanwhile. */
function reapplyAfterSetters<Result>(response: ServerResponse, reapply: HeaderChange, send: () => Result): Result {
  const own = SETTERS.map((name) => [name, Object.getOwnPropertyDescriptor(response, name)] as const);
  let isHolding = false;
  for (const name of SETTERS) {
    const setter: unknown = response[name];
    if (typeof setter !== 'function') continue;
    const value = function (this: ServerResponse, ...args: unknown[]): unknown {
      const result = Reflect.apply(setter, this, args);
      if (isHolding) return result;
      isHolding = true;
      reapply();
      isHolding = false;
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

// As node:http itself merges them, a nameless one left out: a list is names and values in turn, and replaces what was set before.
function setHeaders(response: ServerResponse, headers: WriteHeadHeaders | undefined): void {
  if (headers === undefined || headers === null) return;
  const pairs = Array.isArray(headers) ? groupByName(headers) : Object.entries(headers);
  for (const [name, value] of pairs) if (name) response.setHeader(name, value as OutgoingHttpHeader);
}

/** The headers of a list, each name once, with all of its values. */
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
