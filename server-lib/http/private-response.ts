import type { IncomingMessage, ServerResponse } from 'node:http';
import { addVary } from './vary.ts';

/** Keeps an overridden response out of every cache, whatever the application said (docs/protocol.md section 6). */
export function keepPrivate(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) if (FOR_CACHES.has(name)) response.removeHeader(name);
  response.setHeader('cache-control', 'private, no-store');
  addVary(response, 'Cookie');
}

const FOR_CACHES: ReadonlySet<string> = new Set([
  'cdn-cache-control',
  'cloudflare-cdn-cache-control',
  'surrogate-control',
  'etag',
  'last-modified',
]);

/** Drops what would let the application answer 304: the copy that the browser holds is of another variant. */
export function dropValidators(request: IncomingMessage): void {
  const { headers } = request;
  if (headers['if-none-match'] !== undefined) delete headers['if-none-match'];
  if (headers['if-modified-since'] !== undefined) delete headers['if-modified-since'];
}
