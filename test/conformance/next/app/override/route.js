import { gk, queryOf } from '../../flags.js';

export async function POST(request) {
  const { flag, variant } = queryOf(request);
  const gate = await gk();
  return gk.finish(Response.json({ set: gate.setBrowserOverrideVariant(flag, variant) }));
}
