import { contextOf } from 'gatekeeper-flags/openfeature';
import { client, gk } from '../../../flags.js';

export async function GET() {
  const banner = await client.getStringValue('banner', 'none', contextOf(await gk()));
  return gk.finish(Response.json({ banner }));
}
