import type { IncomingMessage, ServerResponse } from 'node:http';
import { letsCachesStore } from '../adapter/cache-headers.ts';
import type { ProtocolResponse, ProtocolRoute } from '../adapter/routes.ts';
import { whenComplete } from '../core/thenable.ts';
import { applyChanges, canSetHeaders, headersOf, readHeader, tryCall } from './response-headers.ts';

/**
 * Responds to a request for a route of the protocol. Returns `false` if the application's own response follows: the request
 * is for another route or refused, or the response cannot be sent.
 */
export function serveRoute<RouteGate>(
  route: ProtocolRoute<RouteGate>,
  { method, url }: IncomingMessage,
  response: ServerResponse,
  gate: () => RouteGate,
): boolean {
  if (!route.matches(method, pathOf(url)) || !canSend(response)) return false;
  const own = route.respond(gate(), headersOf(response));
  if (own !== undefined) whenComplete(own, (complete) => sendOwnResponse(response, complete));
  return own !== undefined;
}

/** The path of a request's URL, without its query. */
export function pathOf(url: string | undefined): string | undefined {
  return url?.split('?', 1)[0];
}

/** Whether a response of ours can be sent: nothing was sent yet, and the response is not a stand-in. */
function canSend(response: ServerResponse): boolean {
  return canSetHeaders(response) && typeof response.end === 'function';
}

function sendOwnResponse(response: ServerResponse, { status, headers, body }: ProtocolResponse): void {
  if (!canSend(response)) return; // a timeout of the application has responded in the meantime
  applyChanges(response, headers);
  response.statusCode = status;
  response.end(body ?? undefined);
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
