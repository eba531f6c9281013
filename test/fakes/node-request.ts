import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as node:http gives it, as far as anyone asks who may override. */
export function nodeRequest({
  peer,
  headers = {},
}: {
  readonly peer?: string | undefined;
  readonly headers?: IncomingHttpHeaders;
} = {}): IncomingMessage {
  return { headers, socket: { remoteAddress: peer } } as IncomingMessage;
}
