import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isHttps } from '../../../server-lib/http/incoming-request.ts';
import { addVary, setCookie } from '../../../server-lib/http/response-headers.ts';

const LINE = 'gatekeeper=%7B%7D; Path=/';

test.each([
  { before: undefined, after: [LINE] },
  { before: 'session=1; HttpOnly', after: ['session=1; HttpOnly', LINE] },
  { before: ['session=1', 'theme=dark'], after: ['session=1', 'theme=dark', LINE] },
  { before: 'gatekeeper=old; Path=/', after: [LINE] },
  { before: ['gatekeeper=; Max-Age=0', 'session=1'], after: ['session=1', LINE] },
  // A different cookie with a similar name.
  {
    before: ['gatekeeper2=1', 'x-gatekeeper=1', 'Gatekeeper=1'],
    after: ['gatekeeper2=1', 'x-gatekeeper=1', 'Gatekeeper=1', LINE],
  },
  { before: '__Host-gatekeeper=1; Secure', after: ['__Host-gatekeeper=1; Secure', LINE] },
  { before: 'note=gatekeeper=1', after: ['note=gatekeeper=1', LINE] },
])('Set-Cookie $before becomes $after', ({ before, after }) => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  if (before !== undefined) response.setHeader('Set-Cookie', before);

  setCookie(response, LINE);

  expect(response.getHeader('set-cookie')).toEqual(after);
});

test.each([
  { request: { secure: true, socket: {} }, https: true }, // Express behind a trusted proxy
  { request: { secure: false, socket: { encrypted: true } }, https: false }, // Express decides
  { request: { socket: { encrypted: true } }, https: true },
  { request: { socket: {} }, https: false },
  { request: {}, https: false },
])('a request like $request came over https: $https', ({ request, https }) => {
  expect(isHttps(request as IncomingMessage)).toBe(https);
});

test.each([
  { before: undefined, after: 'Cookie' },
  { before: '', after: 'Cookie' },
  { before: 'Accept-Encoding', after: 'Accept-Encoding, Cookie' },
  { before: 'Accept-Encoding,Origin', after: 'Accept-Encoding, Origin, Cookie' },
  { before: ['Accept-Encoding', 'Origin'], after: 'Accept-Encoding, Origin, Cookie' },
  { before: 'Cookies', after: 'Cookies, Cookie' },
  { before: 'X-Cookie', after: 'X-Cookie, Cookie' },
  // Nothing to add, so nothing changes.
  { before: 'Cookie', after: 'Cookie' },
  { before: 'cookie', after: 'cookie' },
  { before: 'Origin , COOKIE', after: 'Origin , COOKIE' },
  { before: ['Origin', 'Cookie'], after: ['Origin', 'Cookie'] },
  { before: '*', after: '*' },
  { before: 'Origin, *', after: 'Origin, *' },
])('Vary $before becomes $after', ({ before, after }) => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  if (before !== undefined) response.setHeader('Vary', before);

  addVary(response, 'Cookie');

  expect(response.getHeader('vary')).toEqual(after);
});
