import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf } from '../../core/values.ts';
import {
  DEFAULT_LOG_LIMIT,
  isExpected,
  type LoggedRevision,
  type LogRange,
  type Publication,
  type PublicationOptions,
  type Published,
  readPublication,
} from '../publication.ts';
import {
  type PostgresClient,
  type PostgresKeyOptions,
  type PostgresKeys,
  type PostgresQueries,
  postgresKeys,
} from './postgres-client.ts';

export interface PublishOptions extends PostgresKeyOptions, PublicationOptions {}

/**
 * Writes a rules document to PostgreSQL and announces it to every source, in one transaction. Creates the table if there is
 * none. Without `keep`, every revision stays in the table. Rejects with a `GatekeeperError` if servers would refuse the document.
 */
export async function publishRules(
  client: PostgresClient,
  document: string | object,
  given: PublishOptions = {},
): Promise<Published> {
  const options = readOptions('publishRules', given, OPTIONS);
  const keys = postgresKeys(options);
  if (typeof client?.query !== 'function') {
    const what = `the client must be a Pool or a Client of the package pg; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${what}`);
  }
  const publication = readPublication(document, options);
  return withConnection(client, (connection) =>
    inTransaction(connection, () => publish(connection, keys, publication)),
  );
}

const OPTIONS: OptionNames<PublishOptions> = {
  key: true,
  channel: true,
  table: true,
  expected: true,
  author: true,
  message: true,
  keep: true,
};

/** A transaction needs one connection; each query of a pool may use another one. */
async function withConnection<Result>(
  client: PostgresClient,
  use: (connection: PostgresQueries) => Promise<Result>,
): Promise<Result> {
  if (!('totalCount' in client)) return use(client);
  const connection = (await client.connect()) as PostgresQueries & { release(error?: boolean): void };
  try {
    const result = await use(connection);
    connection.release();
    return result;
  } catch (error) {
    connection.release(true);
    throw error;
  }
}

async function inTransaction(connection: PostgresQueries, run: () => Promise<Published>): Promise<Published> {
  await connection.query('begin isolation level read committed');
  try {
    const published = await run();
    await connection.query('commit');
    return published;
  } catch (error) {
    await connection.query('rollback').catch(() => {}); // it rejects if the connection was lost
    throw error;
  }
}

/** Of two processes that publish at once, the second waits for the first, and then sees its document. */
async function publish(
  connection: PostgresQueries,
  { key, channel, table }: PostgresKeys,
  { text, revision, author, message, expected, keep }: Publication,
): Promise<Published> {
  await connection.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`gatekeeper-flags ${table}`]);
  await createTable(connection, table);
  const { rows } = await connection.query(
    `select revision, document = $2 as "isSame" from ${table} where key = $1 order by id desc limit 1`,
    [key, text],
  );
  const [now] = rows as readonly { readonly revision: string; readonly isSame: boolean }[];
  if (!isExpected(now?.revision ?? '', expected)) return { kind: 'rejected', revision: now?.revision ?? '' };
  if (now?.isSame !== true) {
    await connection.query(
      `insert into ${table} (key, revision, document, author, message) values ($1, $2, $3, $4, $5)`,
      [key, revision, text, author, message],
    );
  }
  if (keep !== undefined && keep !== Number.POSITIVE_INFINITY) {
    const oldest = `select id from ${table} where key = $1 order by id desc offset $2 limit 1`;
    await connection.query(`delete from ${table} where key = $1 and id <= (${oldest})`, [key, keep]);
  }
  await connection.query('select pg_notify($1, $2)', [channel, revision]);
  return { kind: now?.isSame === true ? 'unchanged' : 'published', revision };
}

/** The newest row of a key is its document; the others are its log. */
export async function createTable(connection: PostgresQueries, table: string): Promise<void> {
  // "if not exists" needs the right to create tables, even if there is one.
  const { rows } = await connection.query('select to_regclass($1) is not null as "isThere"', [table]);
  if ((rows[0] as { readonly isThere: boolean }).isThere) return;
  await connection.query(`create table ${table} (${COLUMNS})`);
  await connection.query(`create index on ${table} (key, id)`);
}

const COLUMNS = `
  id bigint generated always as identity primary key,
  key text not null,
  revision text not null,
  document text not null,
  published_at timestamptz not null default clock_timestamp(),
  author text not null default '',
  message text not null default ''`;

/** The newest published revisions, `limit` of them after the first `offset`. */
export async function readLog(
  connection: PostgresQueries,
  options: PostgresKeyOptions = {},
  { offset = 0, limit = DEFAULT_LOG_LIMIT }: LogRange = {},
): Promise<readonly LoggedRevision[]> {
  const { key, table } = postgresKeys(options);
  const time = `to_char(published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time`;
  const rows = await select(
    connection,
    `select revision, ${time}, author, message, document from ${table}
     where key = $1 order by id desc limit $2 offset $3`,
    [key, limit, offset],
  );
  return rows as readonly LoggedRevision[];
}

/** The document that is in force; the empty string if there is none. */
export async function readPublished(connection: PostgresQueries, options: PostgresKeyOptions = {}): Promise<string> {
  const { key, table } = postgresKeys(options);
  const newest = `select document from ${table} where key = $1 order by id desc limit 1`;
  const [row] = (await select(connection, newest, [key])) as readonly { readonly document: string }[];
  return row?.document ?? '';
}

/** The rows of a query; none if there is no table, which the first publication creates. */
async function select(connection: PostgresQueries, text: string, values: unknown[]): Promise<readonly unknown[]> {
  try {
    return (await connection.query(text, values)).rows;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

const UNDEFINED_TABLE = '42P01';
