import { publishRules, redisSource } from 'gatekeeper-flags/redis';
import type { RulesSource } from 'gatekeeper-flags/rules';
import { createClient, createCluster } from 'redis';

const client = createClient({ url: 'redis://localhost' });
const cluster = createCluster({ rootNodes: [{ url: 'redis://localhost' }] });
export const sources: readonly RulesSource[] = [
  redisSource({ client }),
  redisSource({ client: cluster }),
  redisSource({ url: 'redis://localhost' }),
];

await publishRules(cluster, { flags: {} }, { keep: 100 });
const { kind, revision } = await publishRules(client, { flags: {} }, { expected: '' });
export const said: string = `${kind satisfies 'published' | 'unchanged' | 'rejected'} ${revision}`;

// @ts-expect-error a key must be a string
redisSource({ client, key: 7 });
