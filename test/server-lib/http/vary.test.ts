import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { addVary } from '../../../server-lib/http/vary.ts';

test.each([
  { before: undefined, after: 'Cookie' },
  { before: '', after: 'Cookie' },
  { before: 'Accept-Encoding', after: 'Accept-Encoding, Cookie' },
  { before: 'Accept-Encoding,Origin', after: 'Accept-Encoding, Origin, Cookie' },
  { before: ['Accept-Encoding', 'Origin'], after: 'Accept-Encoding, Origin, Cookie' },
  { before: 'Cookies', after: 'Cookies, Cookie' },
  { before: 'X-Cookie', after: 'X-Cookie, Cookie' },
  // Nothing to add, nothing touched.
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
