import type { IncomingMessage, ServerResponse } from 'node:http';
import { letsCachesStore } from '../adapter/cache-headers.ts';
import { readText } from '../adapter/ofrep/client-context.ts';
import type { OfrepRoute } from '../adapter/ofrep/ofrep-route.ts';
import type { ProtocolResponse, ProtocolRoute } from '../adapter/protocol-response.ts';
import { tryCall } from '../core/errors.ts';
import { whenComplete } from '../core/thenable.ts';
import { applyChanges, canSetHeaders, headersOf, readHeader } from './response-headers.ts';

/**
 * Responds to a request for a route of the protocol. Returns `false` if the application's own response follows: the request
 * is for another route or refused, or the response cannot be sent.
 */
export function serveRoute<RouteGate>(
  route: ProtocolRoute<RouteGate>,
  { method, url, originalUrl }: IncomingMessage & MountedRequest,
  response: ServerResponse,
  gate: () => RouteGate,
): boolean {
  const path = pathOf(url);
  if (!route.matches(method, path) || !canSend(response)) return false;
  const own = route.respond(gate(), headersOf(response), path, pathOf(originalUrl ?? url));
  if (own !== undefined) whenComplete(own, (complete) => sendOwnResponse(response, complete));
  return own !== undefined;
}

/** The path of a request's target, without its query, also of a target in absolute form: `http://app.example.com/path`. */
export function pathOf(target: string | undefined): string | undefined {
  const path = target?.split('?', 1)[0];
  return path?.startsWith('/') ? path : path?.replace(ABSOLUTE_FORM, '');
}

const ABSOLUTE_FORM = /^[a-z][a-z\d+.-]*:\/\/[^/]*/i; // RFC 9112 3.2.2: a server must accept it

/** Whether a response of ours can be sent: nothing was sent yet, and the response is not a stand-in. */
function canSend(response: ServerResponse): boolean {
  return canSetHeaders(response) && typeof response.end === 'function';
}

/** Sends a response of ours. */
export function sendOwnResponse(response: ServerResponse, { status, headers, body, events }: ProtocolResponse): void {
  if (!canSend(response)) return; // a timeout of the application has responded in the meantime
  applyChanges(response, headers);
  response.statusCode = status;
  if (events === undefined) {
    response.end(body ?? undefined);
    return;
  }
  const stop = events(
    (text) => sendEvent(response, text),
    () => response.end(),
  );
  response.once('close', stop);
}

/** Sends an event, or ends the connection to a client that does not read: when it connects again, it learns what it missed. */
function sendEvent(response: ServerResponse, text: string): void {
  if (response.writableEnded) return; // by the application
  if (response.writableNeedDrain) response.destroy();
  else response.write(text);
}

/**
 * Responds to a request for OFREP. Resolves to `false` if the application's own response follows. `undefined`: the request is for
 * another route, or the response cannot be sent.
 */
export function serveOfrep<RouteGate>(
  route: OfrepRoute<RouteGate>,
  request: IncomingMessage,
  response: ServerResponse,
  gate: () => RouteGate,
): Promise<boolean> | undefined {
  const path = pathOf(request.url);
  if (!route.matches(request.method, path) || !canSend(response)) return undefined;
  return respondToOfrep(route, { path, request, response, gate: gate() });
}

interface OfrepExchange<RouteGate> {
  readonly path: string | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly gate: RouteGate;
}

async function respondToOfrep<RouteGate>(
  route: OfrepRoute<RouteGate>,
  { path, request, response, gate }: OfrepExchange<RouteGate>,
): Promise<boolean> {
  const headers = headersOf(response);
  const prefix = mountPathOf(request as MountedRequest);
  const own = await route.respond(gate, { path, prefix, headers, body: (limit) => readBody(request, limit) });
  if (own !== undefined) sendOwnResponse(response, own);
  return own !== undefined;
}

interface MountedRequest {
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
}

/** The path that a framework removes from the URL for an application or a middleware that is mounted there. */
export function mountPathOf({ url, originalUrl }: MountedRequest): string {
  const [path = '', original = path] = [pathOf(url), pathOf(originalUrl)];
  return original.endsWith(path) ? original.slice(0, -path.length) : '';
}

/**
 * The body of a request as text, or what a body parser has made of it: `parsed`. `undefined` if it cannot be read or has more
 * than `limit` bytes.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  parsed: unknown = (request as { readonly body?: unknown }).body,
): Promise<unknown> {
  // Express 4 has an empty object in `body` where no parser has read it.
  if (request.readableDidRead || typeof request.iterator !== 'function') return parsed;
  // The stream stays open, because the response needs its socket.
  return readText(request.iterator({ destroyOnReturn: false }), limit);
}

/** Whether the headers were sent and let a shared cache store the response. */
export function isStorable(response: ServerResponse): boolean {
  const isSent = tryCall(() => response.headersSent) === true;
  return isSent && letsCachesStore(readHeader(response, 'cache-control'));
}

/** Prevents a 304, because the browser's copy may have another variant. */
export function removeConditionalHeaders({ headers }: IncomingMessage): void {
  for (const name of ['if-none-match', 'if-modified-since']) {
    if (headers?.[name] !== undefined) tryCall(() => delete headers[name]);
  }
}
