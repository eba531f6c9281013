import { GatekeeperError } from '../../core/errors.ts';
import { kindOf, quoted } from '../../core/values.ts';
import { parseUrl } from '../../wire/untrusted-json.ts';
import { errorReason } from '../validate-rules.ts';

/** A `Pool` or a `Client` of the package `pg`, version 8, connected or not. */
export interface PostgresClient extends PostgresQueries {
  connect(): Promise<unknown>;
}

/** What running a statement needs. */
export interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** A client of the package `pg` that only this package uses. */
export interface OwnPostgresClient extends PostgresClient {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification', listener: (message: { channel: string; payload?: string | undefined }) => void): unknown;
  end(): Promise<void>;
  /** Not there in the native client. */
  readonly connection?: { readonly stream?: { destroy(): unknown; unref?(): unknown } };
}

type ClientConstructor = new (config: object) => OwnPostgresClient;

/** What we read of a `Pool` or a `Client`. */
interface ClientParts {
  readonly Client?: ClientConstructor;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly connectionParameters?: Readonly<Record<string, unknown>>;
}

/**
 * A function that creates a client with the settings of the application's, for a connection of our own: a source listens all the
 * time, and a client in use may be in a transaction. Throws if `client` is neither a `Pool` nor a `Client`.
 */
export function clientFactory(client: unknown): () => OwnPostgresClient {
  const { Client, options, connectionParameters } = Object(client) as ClientParts;
  if (typeof Client === 'function' && typeof options === 'object') return () => new Client(ownConfig(options));
  if (typeof connectionParameters !== 'object') {
    const what = `client must be a Pool or a Client of the package pg; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `postgresSource: ${what}`);
  }
  const { constructor: OwnClient } = client as { readonly constructor: ClientConstructor };
  return () => new OwnClient(ownConfig(connectionParameters));
}

// The package hides the password: it is not enumerable, so that it is not in a log.
function ownConfig(config: { readonly [name: string]: unknown }, connectTimeout = CONNECT_TIMEOUT_MS): object {
  return {
    ...config,
    password: config.password,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    fallback_application_name: 'gatekeeper-flags',
  };
}

const CONNECT_TIMEOUT_MS = 1_000;

/** Creates a client for a URL and does not connect it. Loads the package `pg`. */
export async function createPostgresClient(url: string, connectTimeout?: number): Promise<OwnPostgresClient> {
  const { default: pg } = await importPg();
  return new pg.Client(ownConfig({ connectionString: url }, connectTimeout));
}

async function importPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg'); // inside `try`, so that bundlers ignore it if it is not installed
  } catch (cause) {
    throw new Error('the package pg (npm install pg) cannot be loaded', { cause });
  }
}

/** What is wrong with the URL of a PostgreSQL; `undefined` if it is valid. Does not quote the URL, which may contain a password. */
export function postgresUrlError(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (!/^postgres(?:ql)?:\/\//.test(text)) return 'does not start with postgres:// or postgresql://';
  return parseUrl(text) === undefined ? 'is not a valid URL' : undefined;
}

/** Closes a connection, also one that does not respond. */
export function destroyClient(client: OwnPostgresClient): void {
  const stream = client.connection?.stream;
  // end() waits until the server closes the connection, which it does not if it hangs.
  if (stream !== undefined) stream.destroy();
  else client.end().catch(() => {});
}

/** Whether PostgreSQL has refused a statement, so that the connection still works. */
export function isRefusal(error: unknown): boolean {
  const { code, severity } = Object(error) as { readonly code?: unknown; readonly severity?: unknown };
  return severity === 'ERROR' && typeof code === 'string';
}

/** The message of PostgreSQL with its code, such as 42P01; for other errors, the code alone. */
export function postgresReason(error: unknown): string {
  if (!isRefusal(error)) return errorReason(error);
  const { message, code } = error as { readonly message: string; readonly code: string };
  return `${errorReason(new Error(message))} (${code})`;
}

/** Lets the process exit while the connection is open. */
export function unrefClient(client: OwnPostgresClient): void {
  client.connection?.stream?.unref?.();
}

/** Where a document is in PostgreSQL. */
export interface PostgresKeyOptions {
  /** The name of the document, for several in one table. Default: `gatekeeper:rules`. */
  readonly key?: string | undefined;
  /** The channel of NOTIFY that announces changes. Default: the key and `:changed`. */
  readonly channel?: string | undefined;
  /** The table, if need be with its schema. Default: `gatekeeper_rules`. */
  readonly table?: string | undefined;
}

export interface PostgresKeys {
  readonly key: string;
  readonly channel: string;
  /** Quoted for SQL. */
  readonly table: string;
}

/** The key, the channel and the table, with their defaults. Throws if one is not valid. */
export function postgresKeys({
  key = 'gatekeeper:rules',
  channel = `${String(key)}:changed`,
  table = 'gatekeeper_rules',
}: PostgresKeyOptions): PostgresKeys {
  if (typeof key !== 'string' || key === '') throw keyError('key must be a string of at least one character', key);
  if (typeof channel !== 'string' || channel === '' || Buffer.byteLength(channel) > MAX_NAME_BYTES) {
    throw keyError(`channel must be a string of 1 to ${MAX_NAME_BYTES} bytes`, channel);
  }
  if (typeof table !== 'string' || !/^[a-z_][\w$]*(?:\.[a-z_][\w$]*)?$/i.test(table)) {
    throw keyError('table must be the name of a table, such as "gatekeeper_rules" or "flags.rules"', table);
  }
  return { key, channel, table: table.split('.').map(quoteIdentifier).join('.') };
}

function keyError(what: string, got: unknown): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `PostgreSQL: ${what}; got ${quoted(got)}`);
}

/** A name in SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const MAX_NAME_BYTES = 63; // PostgreSQL's NAMEDATALEN - 1
