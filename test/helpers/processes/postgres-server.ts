import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { revisionOf } from '../../../server-lib/rules/document/rules-document.ts';
import { createTable } from '../../../server-lib/sources/postgres/publish-to-postgres.ts';
import { launchPostgres, type PostgresProcess } from './postgres-process.ts';

/** A PostgreSQL that the tests of a file share. Each test uses a key of its own. */
export function sharedPostgres(settings: readonly string[] = []): () => PostgresProcess {
  let server: PostgresProcess | undefined;
  beforeAll(async () => {
    server = await launchPostgres(settings);
  });
  afterAll(() => server?.remove());
  return () => server as PostgresProcess;
}

let names = 0;

/** A name that no other test of the file uses, for a key, a table or a connection. */
export function freshName(): string {
  names += 1;
  return `name_${names}`;
}

/** A connected client, until the test ends. */
export async function connectedClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}

/** Writes any text as the newest document of a key, and announces it, without the checks of `publishRules`. */
export async function writeRow(client: pg.Client, key: string, text: string): Promise<void> {
  await createTable(client, 'gatekeeper_rules');
  const row = [key, revisionOf(text), text];
  await client.query('insert into gatekeeper_rules (key, revision, document) values ($1, $2, $3)', row);
  await client.query('select pg_notify($1, $2)', [`${key}:changed`, revisionOf(text)]);
}
