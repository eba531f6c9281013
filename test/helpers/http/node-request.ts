import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A `Cookie` header as the extension's override cookie makes it. */
export function overrideCookie(overrides: Readonly<Record<string, unknown>>): string {
  return `gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`;
}

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
