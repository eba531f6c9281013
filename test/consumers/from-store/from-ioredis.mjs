// node from-ioredis.mjs <url>: publishes rules, and prints the evaluation of a keeper.
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { publishRules, redisSource } from 'gatekeeper-flags/redis';
import Redis from 'ioredis';

const [, , url] = process.argv;
const client = new Redis(url);
const SEARCH = { state: 'ENABLED', variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' }, defaultVariant: 'FUZZY' };
await publishRules(client, { flags: { SEARCH } });
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags, rules: redisSource({ client }) });
await keeper.ready;
const { variant, source } = keeper.gateFor().explain('SEARCH');
console.log(variant, source);
await keeper.close();
client.disconnect();
