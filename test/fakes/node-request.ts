import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as node:http gives it, as far as anyone asks who may override. */
export function nodeRequest({
  peer,
  headers = {},
  httpVersion = '1.1',
  url = '/',
}: {
  readonly peer?: string | undefined;
  readonly headers?: IncomingHttpHeaders;
  readonly httpVersion?: string;
  readonly url?: string;
} = {}): IncomingMessage {
  return { headers, httpVersion, url, socket: { remoteAddress: peer } } as IncomingMessage;
}
