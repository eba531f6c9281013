import type { ServerResponse } from 'node:http';
import { headerNames, readHeader } from './response-headers.ts';

/**
 * The bytes of a response's head on the wire, at most, without the header `except`: the status line, the headers that
 * are set, one line for each value, and those that node:http adds itself.
 */
export function headSize(response: ServerResponse, except: string): number {
  const lines = headerNames(response)
    .filter((name) => name !== except)
    .flatMap((name) => [readHeader(response, name) ?? []].flat().map((value) => `${name}: ${value}\r\n`));
  // As UTF-8: node:http sends a head and the text that follows it as one string, in the encoding of the text.
  return ADDED_BY_NODE + Buffer.byteLength(lines.join(''));
}

const ADDED_BY_NODE = [
  'HTTP/1.1 511 Network Authentication Required\r\n',
  'Date: Sun, 01 Nov 2026 00:00:00 GMT\r\n',
  'Connection: keep-alive\r\n',
  'Keep-Alive: timeout=99999, max=99999\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\r\n',
].join('').length;
