import type { ServerResponse } from 'node:http';
import { addVary } from './vary.ts';

// docs/protocol.md section 3: for this reader's eyes only, never cached, never framed, never for another origin.
const HEADERS = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** Answers one reader with JSON of ours, or with 204 where there is nothing to say. */
export function sendPrivately(response: ServerResponse, content?: object): void {
  // An application that lets other origins read everything does not mean its unreleased flags.
  for (const name of response.getHeaderNames()) if (name.startsWith('access-control-')) response.removeHeader(name);
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  addVary(response, 'Cookie');
  if (content === undefined) {
    response.statusCode = 204;
    response.end();
    return;
  }
  const body = JSON.stringify(content);
  response.statusCode = 200;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
