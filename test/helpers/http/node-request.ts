import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A `Cookie` header with an override cookie as the extension writes it. */
export function overrideCookie(overrides: Readonly<Record<string, unknown>>): string {
  return `gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`;
}

/** The part of a node:http request that the check of who may override reads. */
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
