import { pageOf } from '../../definitions.mjs';
import { gk, queryOf } from '../../flags.js';

export async function GET(request) {
  pageOf(await gk(), queryOf(request).flags);
  throw new Error('/error');
}
