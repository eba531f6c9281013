import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type ResponseHead } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';

const flags = defineFlags({ SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true } });

/** The changes of a private response that names no flag. */
function privateChanges(headers?: ResponseHead['headers']) {
  const keeper = createGatekeeper({ flags });
  const gate = keeper.adapter.open({ incoming: { headers: { cookie: overrideCookie({ SECRET: 'ON' }) } } });
  gate.ffVariant('SECRET');
  return keeper.adapter.responseChanges(gate, { headers });
}

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
  expect(privateChanges([[name, '60']])).toEqual({
    remove: stays ? [] : [name.toLowerCase()],
    set: [['cache-control', 'private, no-store']],
    append: [['vary', 'Cookie']],
  });
});

test('of a response whose headers are not known, every listed header is removed', () => {
  const { remove } = privateChanges();

  const listed = OUTRANKING.slice(0, OUTRANKING.indexOf('Akamai-Cache-Control')).map((name) => name.toLowerCase());
  expect(remove).toEqual(expect.arrayContaining(['etag', 'last-modified', ...listed]));
});

test.each([
  { before: undefined, adds: true },
  { before: '', adds: true },
  { before: 'Accept-Encoding', adds: true },
  { before: ['Accept-Encoding', 'Origin'], adds: true },
  { before: 'Cookies', adds: true },
  { before: 'X-Cookie', adds: true },
  { before: 'Cookie', adds: false },
  { before: 'cookie', adds: false },
  { before: 'Origin , COOKIE', adds: false },
  { before: ['Origin', 'Cookie'], adds: false },
  { before: '*', adds: false },
  { before: 'Origin, *', adds: false },
])('Cookie is added to Vary $before: $adds', ({ before, adds }) => {
  expect(privateChanges([['Vary', before]]).append).toEqual(adds ? [['vary', 'Cookie']] : []);
});
