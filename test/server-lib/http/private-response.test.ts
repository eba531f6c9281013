import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { preventCaching, removeConditionalHeaders } from '../../../server-lib/http/private-response.ts';

const OUTRANKING = [
  // Listed.
  'CDN-Cache-Control',
  'Cloudflare-CDN-Cache-Control',
  'Vercel-CDN-Cache-Control',
  'Netlify-CDN-Cache-Control',
  'Surrogate-Control',
  'Surrogate-Key',
  'X-Accel-Expires',
  'Edge-Control',
  'Edge-Cache-Tag',
  'X-LiteSpeed-Cache-Control',
  'X-LiteSpeed-Tag',
  'Cache-Tag',
  'X-Cache-Tags',
  'CDN-Tag',
  'Netlify-Cache-Tag',
  'Vercel-Cache-Tag',
  'xkey',
  'X-Reverse-Proxy-TTL',
  'X-Drupal-Cache-Max-Age',
  'X-Magento-Tags',
  'Expires',
  // Matched by the pattern, not by the list.
  'Akamai-Cache-Control',
  'Fastly-Surrogate-Control',
  'LampCDN-Cache-Control',
  'X-LSADC-Cache-Control',
  'X-CacheControl',
  'X-Lamp-Surrogate-Keys',
  'Lamp-Accel-Expires',
  'Lamp-CDN-Control',
  'X-LampCDN-TTL',
  'X-CDN-Expires',
  'X-Edge-Max-Age',
  'X-Varnish-TTL',
  'X-Proxy-S-Maxage',
  'S-Maxage',
];
const INNOCENT = [
  'Age',
  'Pragma',
  'Cache-Status',
  'X-Cache',
  'X-Cache-Hits',
  'X-Cache-Status',
  'X-Proxy-Cache',
  'CF-Cache-Status',
  'CF-Ray',
  'CDN-Cache',
  'CDN-Loop',
  'CDN-RequestId',
  'X-Accel-Buffering',
  'X-Accel-Redirect',
  'Clear-Site-Data',
  'Access-Control-Max-Age',
  'Access-Control-Expose-Headers',
  'Strict-Transport-Security',
  'Proxy-Status',
  'Knowledge-Tag',
  'Content-Type',
  'Content-Length',
  'Set-Cookie',
  'Link',
  'X-Acceleration',
];

test.each([
  ...OUTRANKING.map((name) => ({ name, stays: false })),
  ...INNOCENT.map((name) => ({ name, stays: true })),
  { name: 'ETag', stays: false },
  { name: 'Last-Modified', stays: false },
])('on a private response $name stays: $stays', ({ name, stays }) => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader(name, '60');

  preventCaching(response);

  expect({ ...response.getHeaders() }).toEqual({
    ...(stays ? { [name.toLowerCase()]: '60' } : {}),
    'cache-control': 'private, no-store',
    vary: 'Cookie',
  });
});

test('the application’s cache headers are replaced, and its Vary is kept', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.setHeader('Cache-Control', ['public', 's-maxage=600']).setHeader('Vary', 'Accept-Encoding');

  preventCaching(response);

  expect({ ...response.getHeaders() }).toEqual({
    'cache-control': 'private, no-store',
    vary: 'Accept-Encoding, Cookie',
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
