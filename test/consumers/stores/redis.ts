import { publishRules, redisSource } from 'gatekeeper-flags/redis';
import type { RulesSource } from 'gatekeeper-flags/rules';
import { createClient } from 'redis';

const client = createClient({ url: 'redis://localhost' });
export const sources: readonly RulesSource[] = [redisSource({ client }), redisSource({ url: 'redis://localhost' })];

const { kind, revision } = await publishRules(client, { flags: {} }, { expected: '' });
export const said: string = `${kind satisfies 'published' | 'unchanged' | 'rejected'} ${revision}`;

// @ts-expect-error a key must be a string
redisSource({ client, key: 7 });
