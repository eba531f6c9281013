import { publishRules, redisSource } from 'gatekeeper-flags/redis';
import { Cluster, Redis } from 'ioredis';

const client = new Redis({ sentinels: [{ host: 'localhost', port: 26379 }], name: 'shop' });
const cluster = new Cluster(['redis://localhost']);
export const sources = [redisSource({ client }), redisSource({ client: cluster })];
await publishRules(client, { flags: {} });
await publishRules(cluster, { flags: {} });
