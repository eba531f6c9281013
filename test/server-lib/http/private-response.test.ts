import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { dropValidators, keepPrivate } from '../../../server-lib/http/private-response.ts';

test('whatever the application said to caches gives way, and everything else stays', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const own = {
    'Cache-Control': ['public', 's-maxage=600'],
    'CDN-Cache-Control': 'max-age=60',
    'Cloudflare-CDN-Cache-Control': 'max-age=60',
    'Surrogate-Control': 'max-age=60',
    ETag: '"1"',
    'Last-Modified': 'Sun, 01 Nov 2026 00:00:00 GMT',
    Vary: 'Accept-Encoding',
    'Content-Type': 'text/html',
    Expires: 'Sun, 01 Nov 2037 00:00:00 GMT',
  };
  for (const [name, value] of Object.entries(own)) response.setHeader(name, value);

  keepPrivate(response);

  expect({ ...response.getHeaders() }).toEqual({
    'cache-control': 'private, no-store',
    vary: 'Accept-Encoding, Cookie',
    'content-type': 'text/html',
    expires: 'Sun, 01 Nov 2037 00:00:00 GMT', // RFC 9111 5.3: Cache-Control has the word
  });
});

test('the conditions on an older copy are dropped, those on what is to be changed stay', () => {
  const request = new IncomingMessage(new Socket());
  request.headers = {
    'if-none-match': '"1"',
    'if-modified-since': 'Sun, 01 Nov 2026 00:00:00 GMT',
    'if-match': '"2"',
    'if-unmodified-since': 'Sun, 01 Nov 2026 00:00:00 GMT',
    accept: '*/*',
  };

  dropValidators(request);

  expect(Object.keys(request.headers)).toEqual(['if-match', 'if-unmodified-since', 'accept']);
});
