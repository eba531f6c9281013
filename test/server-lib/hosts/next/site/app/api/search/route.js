import { gk } from '../../../flags.js';

export async function GET() {
  const engine = (await gk()).ffVariant('SEARCH');
  return gk.finish(Response.json({ engine }, { headers: { 'Cache-Control': 'public', ETag: '"1"' } }));
}
