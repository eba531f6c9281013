import { postgresSource, publishRules } from 'gatekeeper-flags/postgres';
import type { RulesSource } from 'gatekeeper-flags/rules';
import { Client, Pool } from 'pg';

const pool = new Pool({ connectionString: 'postgres://localhost/shop' });
const client = new Client('postgres://localhost/shop');
export const sources: readonly RulesSource[] = [
  postgresSource({ client: pool }),
  postgresSource({ client }),
  postgresSource({ url: 'postgres://localhost/shop', table: 'flags.rules', snapshot: 'rules.json' }),
];

await publishRules(client, { flags: {} }, { keep: Number.POSITIVE_INFINITY });
const { kind, revision } = await publishRules(pool, { flags: {} }, { expected: '', keep: 100 });
export const said: string = `${kind satisfies 'published' | 'unchanged' | 'rejected'} ${revision}`;

// @ts-expect-error a table is named by a string
postgresSource({ client, table: 7 });
