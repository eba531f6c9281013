/** Whether some shared cache prefers this header to `Cache-Control`. Names are in lower case. */
export function outranksCacheControl(name: string): boolean {
  return name !== 'cache-control' && (LISTED.has(name) || ALIKE.test(name));
}

// One name a line, with the document that says what a cache does with it. Tags do not make a cache keep a response, but a
// response that no cache keeps needs none, and they tell which flag's content it holds.
const LISTED: ReadonlySet<string> = new Set([
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
const ALIKE =
  /cache-?control$|surrogate|accel-expires|(?:^|-)s-?maxage$|(?:^|-)(?:\w*cdn|edge|cache|proxy|varnish)-(?:control|expires|max-?age|s-?maxage|ttl|tags?)$/;
