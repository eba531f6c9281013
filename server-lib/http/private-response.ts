import type { IncomingMessage, ServerResponse } from 'node:http';
import { addVary, canSetHeaders, headerNames, removeHeader, tryCall, writeHeader } from './response-headers.ts';

// A mark set while the page is rendered counts when its head is sent, whatever has happened to the headers since.
const PRIVATE_RESPONSES = new WeakSet<ServerResponse>();

/** Remembers that a response is for one reader: an override applies, or it carries a header of ours for that reader. */
export function markPrivate(response: ServerResponse): void {
  PRIVATE_RESPONSES.add(response);
}

export function isPrivate(response: ServerResponse): boolean {
  return PRIVATE_RESPONSES.has(response);
}

/** Keeps a response for one reader out of every cache, whatever the application said (docs/protocol.md section 6). */
export function preventCaching(response: ServerResponse): void {
  for (const name of headerNames(response)) {
    if (VALIDATORS.has(name) || outranksCacheControl(name)) removeHeader(response, name);
  }
  writeHeader(response, 'cache-control', 'private, no-store');
  addVary(response, 'Cookie');
}

const VALIDATORS: ReadonlySet<string> = new Set(['etag', 'last-modified']);

/** Drops what would let the application answer 304: the copy that the browser holds is of another variant. */
export function removeConditionalHeaders({ headers }: IncomingMessage): void {
  for (const name of ['if-none-match', 'if-modified-since']) {
    if (headers?.[name] !== undefined) tryCall(() => delete headers[name]);
  }
}

// docs/protocol.md section 3: for this reader's eyes only, never framed, never for another origin.
const PRIVATE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** Whether `sendPrivately` can answer: nothing was sent so far, and the response is no stand-in. */
export function canSend(response: ServerResponse): boolean {
  return canSetHeaders(response) && typeof response.end === 'function';
}

/** Answers one reader with JSON of ours, or with 204 where there is nothing to say. */
export function sendPrivately(response: ServerResponse, content?: object): void {
  // An application that lets other origins read everything does not mean its unreleased flags.
  for (const name of headerNames(response)) if (name.startsWith('access-control-')) removeHeader(response, name);
  markPrivate(response);
  preventCaching(response);
  for (const [name, value] of Object.entries(PRIVATE_HEADERS)) response.setHeader(name, value);
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

/** Whether some shared cache prefers this header to `Cache-Control`. Names are in lower case. */
function outranksCacheControl(name: string): boolean {
  return name !== 'cache-control' && (KNOWN_CACHE_HEADERS.has(name) || CACHE_HEADER_PATTERN.test(name));
}

// One name a line, with the document that says what a cache does with it. Tags do not make a cache keep a response, but a
// response that no cache keeps needs none, and they tell which flag's content it holds.
const KNOWN_CACHE_HEADERS: ReadonlySet<string> = new Set([
  'cdn-cache-control', // RFC 9213, 3.1: the caches of a CDN ignore Cache-Control where it is present
  'cloudflare-cdn-cache-control', // developers.cloudflare.com/cache/concepts/cdn-cache-control
  'vercel-cdn-cache-control', // vercel.com/docs/headers/cache-control-headers
  'netlify-cdn-cache-control', // docs.netlify.com/build/caching/caching-overview
  'surrogate-control', // w3.org/TR/edge-arch; fastly.com/documentation/reference/http/http-headers/Surrogate-Control
  'surrogate-key', // fastly.com/documentation/reference/http/http-headers/Surrogate-Key
  'x-accel-expires', // nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid: before Cache-Control
  'edge-control', // Akamai's "cache-maxage" and "!no-store": techdocs.akamai.com/property-mgr
  'edge-cache-tag', // techdocs.akamai.com/purge-cache
  'x-litespeed-cache-control', // docs.litespeedtech.com/lscache/devguide/controls: whatever Cache-Control says
  'x-litespeed-tag', // docs.litespeedtech.com/lscache/devguide/controls
  'cache-tag', // developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags; Google Cloud CDN, KeyCDN
  'x-cache-tag', // the same in configurations of Varnish
  'x-cache-tags', // foshttpcache.readthedocs.io: response tagging
  'cdn-tag', // docs.bunny.net: purge by tag
  'netlify-cache-tag', // docs.netlify.com/build/caching/caching-overview
  'vercel-cache-tag', // vercel.com/docs/caching/cdn-cache/purge
  'xkey', // github.com/varnish/varnish-modules, vmod_xkey
  'x-reverse-proxy-ttl', // foshttpcachebundle.readthedocs.io: headers, reverse_proxy_ttl
  'x-drupal-cache-tags', // drupal.org/docs/drupal-apis/cache-api/cache-tags
  'x-drupal-cache-max-age', // drupal.org/docs/drupal-apis/cache-api/cache-max-age
  'x-magento-tags', // github.com/magento/magento2, module PageCache
  'x-cache-enabled', // SiteGround's nginx keeps a page by it: wordpress.org/plugins/sg-cachepress
  // RFC 9111, 5.3: `no-store` is enough for a cache that reads Cache-Control. One that was told to ignore it (nginx,
  // `proxy_ignore_headers Cache-Control`) and one of HTTP/1.0 use this.
  'expires',
]);

// Headers that are not listed yet have names like these. `Cache-Status`, `X-Cache`, `X-Cache-Hits`, `CDN-Cache` or
// `CF-Cache-Status` only tell what a cache did, `Age` and `Pragma` let no cache keep anything (RFC 9111, 5.1 and 5.4).
const CACHE_HEADER_PATTERN =
  /cache-?control$|surrogate|accel-expires|(?:^|-)s-?maxage$|(?:^|-)(?:\w*cdn|edge|cache|proxy|varnish)-(?:control|expires|max-?age|s-?maxage|ttl|tags?)$/;
