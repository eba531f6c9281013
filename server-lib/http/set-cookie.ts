import type { IncomingMessage, ServerResponse } from 'node:http';
import { readHeader } from './response-headers.ts';

/** Puts a `Set-Cookie` line on the response, in place of an earlier one for the same cookie. */
export function setCookie(response: ServerResponse, line: string): void {
  const sameCookie = line.slice(0, line.indexOf('=') + 1);
  const others = cookieLines(response).filter((other) => !other.startsWith(sameCookie));
  response.setHeader('set-cookie', [...others, line]);
}

/** The `Set-Cookie` lines that a response has so far. */
export function cookieLines(response: ServerResponse): readonly string[] {
  return [readHeader(response, 'set-cookie') ?? []].flat().map(String);
}

/** Whether the request came by https, as Express sees it through trusted proxies or, without Express, by its socket. */
export function cameByHttps(request: IncomingMessage): boolean {
  const { secure, socket } = request as {
    readonly secure?: boolean;
    readonly socket?: { readonly encrypted?: boolean };
  };
  return secure ?? socket?.encrypted === true;
}
