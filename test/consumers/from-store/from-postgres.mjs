// node from-postgres.mjs <url>: publishes rules, and prints the evaluations of three keepers, whose sources have a url, a pool and a client.
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { postgresSource, publishRules } from 'gatekeeper-flags/postgres';
import pg from 'pg';

const [, , url] = process.argv;
const pool = new pg.Pool({ connectionString: url });
const SEARCH = { state: 'ENABLED', variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' }, defaultVariant: 'FUZZY' };
await publishRules(pool, { flags: { SEARCH } });
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
for (const from of [{ url }, { client: pool }, { client: new pg.Client(url) }]) {
  const keeper = createGatekeeper({ flags, rules: postgresSource(from) });
  await keeper.ready;
  const { variant, source } = keeper.gateFor().explain('SEARCH');
  console.log(variant, source);
  await keeper.close();
}
await pool.end();
