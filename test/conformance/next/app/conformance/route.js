import { evaluationsOf } from '../../definitions.mjs';
import { gk, queryOf } from '../../flags.js';

export async function GET(request) {
  const query = queryOf(request);
  return gk.finish(Response.json(evaluationsOf(await gk(), query.flags, query.for)));
}
