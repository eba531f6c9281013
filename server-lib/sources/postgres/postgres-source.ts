import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf } from '../../core/values.ts';
import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';
import type { RulesSource } from '../../rules/rules-source.ts';
import type { FetchResult } from '../poller.ts';
import {
  type AnnouncedOptions,
  MAX_SPREAD_MS,
  remoteSource,
  type StoreEvents,
  type StoreFetcher,
} from '../remote-source.ts';
import { sourceError, tooLargeError } from '../validate-rules.ts';
import {
  clientFactory,
  createPostgresClient,
  destroyClient,
  isRefusal,
  type OwnPostgresClient,
  type PostgresClient,
  type PostgresKeyOptions,
  type PostgresKeys,
  postgresKeys,
  postgresReason,
  postgresUrlError,
  quoteIdentifier,
  unrefClient,
} from './postgres-client.ts';

export interface PostgresSourceOptions extends PostgresKeyOptions, AnnouncedOptions {
  /** `postgres://user:password@host:5432/database`. Either this or `client` is required. */
  readonly url?: string | undefined;
  /** A `Pool` or a `Client` of the package `pg`. Its settings are copied; the client itself is not used. */
  readonly client?: PostgresClient | undefined;
  /** Milliseconds between two polls while no change is announced, at most. Default: 3,000. */
  readonly pollInterval?: number | undefined;
}

/**
 * Rules from a table in PostgreSQL: read when a document is published, every three seconds, and after a lost connection.
 * Evaluations never wait for PostgreSQL. While it is down or has no valid document, the last good one stays in force.
 */
export function postgresSource(given: PostgresSourceOptions): RulesSource {
  const options = readOptions('postgresSource', given, OPTIONS);
  const create = connector(options);
  const keys = postgresKeys(options);
  return remoteSource(
    {
      owner: 'postgresSource',
      pollInterval: 3_000,
      longestBackoff: MAX_BACKOFF_MS,
      connect: (events) => createPostgresFetcher(create, keys, events),
    },
    options,
  );
}

const OPTIONS: OptionNames<PostgresSourceOptions> = {
  url: true,
  client: true,
  key: true,
  channel: true,
  table: true,
  pollInterval: true,
  snapshot: true,
  spread: true,
};

// With an attempt that hung until its timeout, 4.5 seconds: after a recovery, the newest document is there within five.
const MAX_BACKOFF_MS = 3_000;

function connector({ url, client }: PostgresSourceOptions): () => Promise<OwnPostgresClient> {
  if ((url === undefined) === (client === undefined)) {
    const got = url === undefined ? 'neither' : 'both';
    throw new GatekeeperError('ERR_GK_OPTIONS', `postgresSource: pass either url or client; got ${got}`);
  }
  if (client !== undefined) {
    const create = clientFactory(client);
    return async () => create();
  }
  const fault = typeof url === 'string' ? postgresUrlError(url) : `is ${kindOf(url)}`;
  if (typeof url !== 'string' || fault !== undefined) {
    const what = `url must be postgres://host:port/database; it ${fault}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `postgresSource: ${what}`);
  }
  return () => createPostgresClient(url);
}

/** Reads the document over one connection, which also listens, and which is opened again after it was lost. */
function createPostgresFetcher(
  create: () => Promise<OwnPostgresClient>,
  { key, channel, table }: PostgresKeys,
  events: Pick<StoreEvents, 'published' | 'disconnected'>,
): StoreFetcher {
  const name = `PostgreSQL: the rules ${JSON.stringify(key)} in ${table}`;
  let connection: OwnPostgresClient | undefined;
  let fetching = false;
  let hasEnded = false; // the current fetch, by its timeout or by close()
  let last: Pick<NewestRow, 'version' | 'revision' | 'bytes'> | undefined; // what the last fetch found
  let interrupt = (_: Error): void => {}; // rejects the current fetch

  function drop(error: Error): void {
    if (connection !== undefined) destroyClient(connection);
    connection = undefined;
    interrupt(error);
  }

  async function connect(): Promise<OwnPostgresClient> {
    const fresh = await create();
    if (hasEnded) throw new Error('the fetch has ended');
    connection = fresh;
    fresh.on('error', () => {
      if (connection !== fresh || fetching) return; // a fetch that is running rejects by itself
      drop(new Error('the connection was lost'));
      events.disconnected();
    });
    fresh.on('notification', (message) => {
      if (message.channel !== channel) return;
      if (!fetching && message.payload !== '' && message.payload === last?.revision) return;
      events.published(spreadOf(last?.bytes ?? 0));
    });
    unrefClient(fresh);
    await fresh.connect();
    unrefClient(fresh); // the socket for TLS is another one
    // Before the first read, so that no change is missed. A replica and some poolers refuse it; then only polls find changes.
    await fresh.query(`listen ${quoteIdentifier(channel)}`).catch(rethrowUnlessRefused);
    return fresh;
  }

  async function read(): Promise<FetchResult> {
    const client = connection ?? (await connect());
    const [row] = await query(client, selectNewest(table), [key, last?.version ?? '', MAX_DOCUMENT_BYTES]);
    // A missing document is an error, not an empty one: deleting the rows must not remove every rule.
    if (row === undefined) return { error: sourceError(`${name} do not exist`) };
    const isSame = row.version === last?.version;
    last = { version: row.version, revision: row.revision, bytes: row.bytes };
    if (isSame) return 'unchanged';
    return row.document === null ? { error: tooLargeError(name, row.bytes) } : { text: row.document };
  }

  return {
    async fetch() {
      fetching = true;
      hasEnded = false;
      const timer = setTimeout(() => {
        hasEnded = true;
        drop(new Error(`no response within ${FETCH_TIMEOUT_MS} ms`));
      }, FETCH_TIMEOUT_MS).unref();
      const interrupted = new Promise<never>((_, reject) => {
        interrupt = reject;
      });
      try {
        return await Promise.race([read(), interrupted]);
      } catch (error) {
        last = undefined;
        if (!isRefusal(error)) drop(new Error('the connection was closed'));
        return { error: sourceError(`${name} cannot be read: ${postgresReason(error)}`, error) };
      } finally {
        clearTimeout(timer);
        fetching = false;
      }
    },
    close() {
      hasEnded = true;
      drop(new Error('the source was closed'));
    },
  };
}

const FETCH_TIMEOUT_MS = 1_500;

/** By the size of the document so far: nothing up to 64 KiB, three and a half seconds for a mebibyte. */
function spreadOf(bytes: number): number {
  return bytes > 64 * 1024 ? Math.min(bytes / 300, MAX_SPREAD_MS) : 0;
}

/** The newest document, as one row. */
interface NewestRow {
  readonly version: string;
  readonly revision: string;
  readonly bytes: number;
  readonly document: string | null;
}

// `xmin` changes when the row is edited in place.
function selectNewest(table: string): string {
  return `
    select version, revision, bytes, case when version = $2 or bytes > $3::int then null else document end as document
    from (
      select id || ':' || xmin as version, revision, octet_length(document) as bytes, document
      from ${table} where key = $1 order by id desc limit 1
    ) as newest`;
}

/**
 * Runs a query that PostgreSQL itself ends after a second. If only our side ended it, every attempt while the table is locked
 * would leave another process of the server waiting. A transaction also keeps its statements together behind a pooler.
 */
async function query(client: OwnPostgresClient, text: string, values: unknown[]): Promise<readonly NewestRow[]> {
  await client.query(`begin read only; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
  try {
    const { rows } = await client.query(text, values);
    await client.query('commit');
    return rows as readonly NewestRow[];
  } catch (error) {
    await client.query('rollback').catch(() => Promise.reject(error)); // the first error says why the connection was lost
    throw error;
  }
}

const STATEMENT_TIMEOUT_MS = 1_000;

function rethrowUnlessRefused(error: unknown): void {
  if (!isRefusal(error)) throw error;
}
