import { publishRules, redisSource } from 'gatekeeper-flags/redis';
import { createSentinel } from 'redis';

const client = createSentinel({ name: 'shop', sentinelRootNodes: [{ host: 'localhost', port: 26379 }] });
export const rules = redisSource({ client });
await publishRules(client, { flags: {} });
