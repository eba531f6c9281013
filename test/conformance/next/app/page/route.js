import { pageOf } from '../../definitions.mjs';
import { gk, pageHeaders, queryOf } from '../../flags.js';

export async function GET(request) {
  const { flags, padding } = queryOf(request);
  const page = pageOf(await gk(), flags);
  const headers = pageHeaders({ 'Content-Type': 'text/plain', ...(padding && { 'X-Padding': 'x'.repeat(padding) }) });
  const isKnown = request.headers.get('if-none-match') === headers.get('etag');
  return gk.finish(new Response(isKnown ? null : page, { status: isKnown ? 304 : 200, headers }));
}
