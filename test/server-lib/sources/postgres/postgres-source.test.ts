import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type PostgresSourceOptions, postgresSource, publishRules } from '../../../../server-lib/postgres.ts';
import type { RulesSource } from '../../../../server-lib/rules/rules-source.ts';
import { createTable } from '../../../../server-lib/sources/postgres/publish-to-postgres.ts';
import { rulesSourceContract } from '../../../contracts/rules-source.ts';
import { connectedClient, freshName, sharedPostgres, writeRow } from '../../../helpers/processes/postgres-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const postgres = sharedPostgres();
const SOON = { timeout: 10_000, interval: 10 };
const ONLY_ANNOUNCED = 3_600_000;

rulesSourceContract(async () => {
  const [key, client] = [freshName(), await connectedClient(postgres().url)];
  return {
    open: () => postgresSource({ url: postgres().url, key, pollInterval: 100 }),
    put: (text) => writeRow(client, key, text),
    remove: async () => {
      await createTable(client, 'gatekeeper_rules');
      await client.query('delete from gatekeeper_rules where key = $1', [key]);
      await client.query('select pg_notify($1, $2)', [`${key}:changed`, '']);
    },
  };
});

test.each([
  ['a pool', (url: string) => new pg.Pool({ connectionString: url, max: 1 })],
  ['a client', (url: string) => new pg.Client(url)],
  ['a client with separate settings', (url: string) => new pg.Client(settingsOf(url))],
])('the settings of %s are copied; it need not be connected and is not used', async (_, create) => {
  const { url } = postgres();
  const [key, publisher] = [freshName(), await connectedClient(url)];
  const client = create(url);
  const connect = vi.spyOn(client, 'connect');
  const source = openSource({ client, key, pollInterval: ONLY_ANNOUNCED });
  await source.ready;

  for (const colour of ['red', 'green']) {
    await publishRules(publisher, rulesText(colour), { key });
    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText(colour)), SOON);
  }

  expect(connect).not.toHaveBeenCalled();
});

test('a source has one connection, and none after it is closed', async () => {
  const { url } = postgres();
  const [key, client] = [freshName(), await connectedClient(url)];
  const connections = async (): Promise<number> => {
    const { rows } = await client.query('select count(*) from pg_stat_activity where application_name = $1', [key]);
    return Number(rows[0].count);
  };
  const source = openSource({ url: `${url}?application_name=${key}`, key, pollInterval: 20 });
  await source.ready;
  const before = await connections();

  await source.close();

  expect(before).toBe(1);
  await vi.waitFor(async () => expect(await connections()).toBe(0), SOON);
});

test('an unchanged document is not transferred, however often it is polled', async () => {
  const { url } = postgres();
  const [key, client] = [freshName(), await connectedClient(url)];
  await publishRules(client, `${rulesText('red')}${' '.repeat(1_000_000)}`, { key });
  const query = vi.spyOn(pg.Client.prototype, 'query');
  onTestFinished(() => query.mockRestore());
  const source = openSource({ url, key, pollInterval: 20 });
  await source.ready;
  const documents = async (): Promise<readonly unknown[]> => {
    const results = await Promise.all(query.mock.results.map(({ value }) => value as Promise<pg.QueryResult>));
    return results.flatMap((result) => (Array.isArray(result?.rows) ? result.rows : [])).map((row) => row.document);
  };

  await vi.waitFor(async () => expect((await documents()).length).toBeGreaterThan(4), SOON);

  const [first, ...later] = await documents();
  expect(first).toHaveLength(rulesText('red').length + 1_000_000);
  expect(new Set(later)).toEqual(new Set([null]));
});

test('a row that is edited in place is read, even without an announcement', async () => {
  const { url } = postgres();
  const [key, client] = [freshName(), await connectedClient(url)];
  await publishRules(client, rulesText('blue'), { key });
  const source = openSource({ url, key, pollInterval: 50 });
  await source.ready;

  await client.query('update gatekeeper_rules set document = $2 where key = $1', [key, rulesText('pink')]);

  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('pink')), SOON);
});

test('the table may have another name and be in a schema', async () => {
  const { url } = postgres();
  const client = await connectedClient(url);
  await client.query('create schema flags');
  await publishRules(client, rulesText('red'), { table: 'flags.rules' });

  const source = openSource({ url, table: 'flags.rules' });
  await source.ready;

  expect(source.current()?.document).toBe(rulesText('red'));
});

test('an account that may only read the table can follow it', async () => {
  const { url } = postgres();
  const [key, client] = [freshName(), await connectedClient(url)];
  await publishRules(client, rulesText('red'), { key });
  await client.query('create role reader login; grant select on gatekeeper_rules to reader');
  const source = openSource({ url: url.replace('gatekeeper@', 'reader@'), key, pollInterval: ONLY_ANNOUNCED });
  await source.ready;

  await publishRules(client, rulesText('green'), { key });

  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), SOON);
});

test.each([
  // what                    options                                                   message
  ['neither url nor client', {}, 'postgresSource: pass either url or client; got neither'],
  [
    'a url with another scheme',
    { url: 'mysql://u:secret@h' },
    'postgresSource: url must be postgres://host:port/database; it does not start with postgres:// or postgresql://',
  ],
  [
    'a client of another package',
    { client: { query() {} } },
    'postgresSource: client must be a Pool or a Client of the package pg; got an object',
  ],
  [
    'a channel that is too long',
    { url: 'postgres://h/d', channel: 'x'.repeat(64) },
    `PostgreSQL: channel must be a string of 1 to 63 bytes; got "${'x'.repeat(64)}"`,
  ],
  [
    'a table that is not a name',
    { url: 'postgres://h/d', table: 'rules; drop table users' },
    'PostgreSQL: table must be the name of a table, such as "gatekeeper_rules" or "flags.rules"; got "rules; drop table users"',
  ],
])('%s throws at once, with a message that does not contain the password', (_, options, message) => {
  expect(() => postgresSource(options as PostgresSourceOptions)).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message }),
  );
});

function openSource(options: PostgresSourceOptions): RulesSource {
  const source = postgresSource(options);
  onTestFinished(() => source.close());
  return source;
}

function settingsOf(text: string): pg.ClientConfig {
  const url = new URL(text);
  return { host: url.hostname, port: Number(url.port), user: url.username, database: url.pathname.slice(1) };
}
