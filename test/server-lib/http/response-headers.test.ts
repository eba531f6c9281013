import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { removeConditionalHeaders } from '../../../server-lib/http/own-response.ts';
import { applyChanges, setCookie } from '../../../server-lib/http/response-headers.ts';

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
  { name: 'vary', before: undefined, after: 'new' },
  { name: 'vary', before: '', after: 'new' },
  { name: 'vary', before: 'Accept-Encoding', after: 'Accept-Encoding, new' },
  { name: 'vary', before: ['Accept-Encoding', 'Origin'], after: 'Accept-Encoding, Origin, new' },
  { name: 'server-timing', before: 7, after: '7, new' },
  { name: 'set-cookie', before: undefined, after: ['new'] },
  { name: 'set-cookie', before: ['a=1', 'b=2'], after: ['a=1', 'b=2', 'new'] },
])('a value is appended to $name $before: $after', ({ name, before, after }) => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  if (before !== undefined) response.setHeader(name, before);

  applyChanges(response, { remove: [], set: [], append: [[name, 'new']] });

  expect(response.getHeader(name)).toEqual(after);
});

test('headers are removed, then set, then appended', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader('ETag', '"1"').setHeader('Set-Cookie', ['a=1', 'gatekeeper=old']).setHeader('X-Own', 'kept');

  applyChanges(response, {
    remove: ['etag', 'set-cookie'],
    set: [['cache-control', 'private, no-store']],
    append: [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'gatekeeper=new'],
    ],
  });

  expect({ ...response.getHeaders() }).toEqual({
    'x-own': 'kept',
    'cache-control': 'private, no-store',
    'set-cookie': ['a=1', 'gatekeeper=new'],
  });
});

test('the conditions for a cached copy are removed, those for a change stay', () => {
  const request = new IncomingMessage(new Socket());
  request.headers = {
    'if-none-match': '"1"',
    'if-modified-since': 'Sun, 01 Nov 2026 00:00:00 GMT',
    'if-match': '"2"',
    'if-unmodified-since': 'Sun, 01 Nov 2026 00:00:00 GMT',
    accept: '*/*',
  };

  removeConditionalHeaders(request);

  expect(Object.keys(request.headers)).toEqual(['if-match', 'if-unmodified-since', 'accept']);
});
