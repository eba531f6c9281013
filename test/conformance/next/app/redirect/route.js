import { pageOf } from '../../definitions.mjs';
import { gk, pageHeaders, queryOf } from '../../flags.js';

export async function GET(request) {
  pageOf(await gk(), queryOf(request).flags);
  return gk.finish(new Response(null, { status: 302, headers: pageHeaders({ Location: '/page' }) }));
}
