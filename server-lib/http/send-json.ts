import type { ServerResponse } from 'node:http';
import { keepPrivate, markPrivate } from './private-response.ts';
import { dropHeader, headerNames, takesHeaders } from './response-headers.ts';

// docs/protocol.md section 3: for this reader's eyes only, never framed, never for another origin.
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** Whether `sendPrivately` can answer: nothing was sent so far, and the response is no stand-in. */
export function canSend(response: ServerResponse): boolean {
  return takesHeaders(response) && typeof response.end === 'function';
}

/** Answers one reader with JSON of ours, or with 204 where there is nothing to say. */
export function sendPrivately(response: ServerResponse, content?: object): void {
  // An application that lets other origins read everything does not mean its unreleased flags.
  for (const name of headerNames(response)) if (name.startsWith('access-control-')) dropHeader(response, name);
  markPrivate(response);
  keepPrivate(response);
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
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
