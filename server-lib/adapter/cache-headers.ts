/** Whether a private response must not have the header `name`, in lower case: a validator, or a header for shared caches. */
export function isForCaches(name: string): boolean {
  return VALIDATORS.has(name) || outranksCacheControl(name);
}

const VALIDATORS: ReadonlySet<string> = new Set(['etag', 'last-modified']);

/** Whether some shared cache prefers the header `name`, in lower case, to `Cache-Control`. */
function outranksCacheControl(name: string): boolean {
  return name !== 'cache-control' && (KNOWN_CACHE_HEADERS.has(name) || CACHE_HEADER_PATTERN.test(name));
}

// One name per line, with its documentation. Cache tags are removed too: they reveal which flags the page used.
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
  'x-cache-tag', // the same in Varnish configurations
  'x-cache-tags', // foshttpcache.readthedocs.io: response tagging
  'cdn-tag', // docs.bunny.net: purge by tag
  'netlify-cache-tag', // docs.netlify.com/build/caching/caching-overview
  'vercel-cache-tag', // vercel.com/docs/caching/cdn-cache/purge
  'xkey', // github.com/varnish/varnish-modules, vmod_xkey
  'x-reverse-proxy-ttl', // foshttpcachebundle.readthedocs.io: headers, reverse_proxy_ttl
  'x-drupal-cache-tags', // drupal.org/docs/drupal-apis/cache-api/cache-tags
  'x-drupal-cache-max-age', // drupal.org/docs/drupal-apis/cache-api/cache-max-age
  'x-magento-tags', // github.com/magento/magento2, module PageCache
  'x-cache-enabled', // SiteGround's nginx stores a page because of it: wordpress.org/plugins/sg-cachepress
  // RFC 9111, 5.3: `no-store` is enough for a cache that reads Cache-Control. One that is configured to ignore it
  // (nginx, `proxy_ignore_headers Cache-Control`) and one of HTTP/1.0 use this.
  'expires',
]);

// Matches similar headers that are not listed. `Cache-Status`, `X-Cache`, `X-Cache-Hits`, `CDN-Cache` and `CF-Cache-Status`
// only say what a cache did; `Age` and `Pragma` make no cache store a response (RFC 9111, 5.1 and 5.4).
const CACHE_HEADER_PATTERN =
  /cache-?control$|surrogate|accel-expires|(?:^|-)s-?maxage$|(?:^|-)(?:\w*cdn|edge|cache|proxy|varnish)-(?:control|expires|max-?age|s-?maxage|ttl|tags?)$/;

/** The headers to remove from a private response whose headers are not known. */
export const KNOWN_FOR_CACHES: readonly string[] = [...VALIDATORS, ...KNOWN_CACHE_HEADERS];

/** Whether a `Cache-Control` header, or none, lets a shared cache store the response. */
export function letsCachesStore(cacheControl: unknown): boolean {
  return !/(?:^|[\s,])(?:private|no-store)\b/i.test(String(cacheControl));
}
