// node from-redis.mjs <url>: publishes rules, and prints the evaluations of two keepers, whose sources have a `url` and a `client`.
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { publishRules, redisSource } from 'gatekeeper-flags/redis';
import { createClient } from 'redis';

const [, , url] = process.argv;
const client = createClient({ url });
await client.connect();
const SEARCH = { state: 'ENABLED', variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' }, defaultVariant: 'FUZZY' };
await publishRules(client, { flags: { SEARCH } });
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
for (const from of [{ url }, { client }]) {
  const keeper = createGatekeeper({ flags, rules: redisSource(from) });
  await keeper.ready;
  const { variant, source } = keeper.gateFor().explain('SEARCH');
  console.log(variant, source);
  await keeper.close();
}
await client.quit();
