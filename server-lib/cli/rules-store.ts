import { GatekeeperError } from '../core/errors.ts';
import {
  createPostgresClient,
  destroyClient,
  type OwnPostgresClient,
  postgresKeys,
  postgresReason,
  postgresUrlError,
} from '../sources/postgres/postgres-client.ts';
import * as postgres from '../sources/postgres/publish-to-postgres.ts';
import type { LoggedRevision, LogRange, PublicationOptions, Published } from '../sources/publication.ts';
import * as redis from '../sources/redis/publish-rules.ts';
import {
  createRedisClient,
  type RedisCommands,
  redisKeys,
  redisUrlError,
  withDestroy,
} from '../sources/redis/redis-client.ts';
import { errorReason } from '../sources/validate-rules.ts';
import { type Invocation, type Option, optionValue } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

/** A store of rules documents, with an open connection. */
export interface RulesStore {
  /** The store and the key that a command uses, without the password. */
  readonly name: string;
  readonly key: string;
  /** The document that is in force; the empty string if there is none. */
  read(): Promise<string>;
  publish(text: string, options: PublicationOptions): Promise<Published>;
  log(range?: LogRange): Promise<readonly LoggedRevision[]>;
}

const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  key: { value: 'key', help: 'the key of the document in the store; default: gatekeeper:rules' },
  table: { value: 'name', help: 'the table in PostgreSQL; default: gatekeeper_rules' },
};

/** The options of the commands that always use a store. */
export const STORE_OPTIONS: Readonly<Record<string, Option>> = {
  redis: { value: 'url', help: 'redis://user:password@host:6379/0; or set GATEKEEPER_REDIS in the environment' },
  postgres: {
    value: 'url',
    help: 'postgres://user:password@host:5432/database; or set GATEKEEPER_POSTGRES in the environment',
  },
  ...COMMON_OPTIONS,
};

/** The options of the commands that read a file unless a store is given. */
export const FILE_OR_STORE_OPTIONS: Readonly<Record<string, Option>> = {
  redis: {
    value: 'url',
    help: 'reads from redis://user:password@host:6379/0 instead of a file; GATEKEEPER_REDIS is not used',
  },
  postgres: {
    value: 'url',
    help: 'reads from postgres://user:password@host:5432/database instead of a file; GATEKEEPER_POSTGRES is not used',
  },
  ...COMMON_OPTIONS,
};

/** One kind of store. */
interface StoreKind {
  readonly title: string;
  readonly example: string;
  urlError(url: string): string | undefined;
  /** Creates a client that is not connected. */
  open(url: string): Promise<StoreClient>;
  reason(error: unknown): string;
  keysOf(invocation: Invocation): { readonly key: string };
}

interface StoreClient {
  connect(): Promise<unknown>;
  store(invocation: Invocation): Omit<RulesStore, 'name' | 'key'>;
  destroy(): void;
}

const KINDS: Readonly<Record<'redis' | 'postgres', StoreKind>> = {
  redis: {
    title: 'Redis',
    example: 'redis://host:port, or rediss:// for TLS',
    urlError: redisUrlError,
    reason: errorReason,
    keysOf: (invocation) => redisKeys(keyOptions(invocation)),
    async open(url) {
      const client = withDestroy(await createRedisClient(url, COMMAND_TIMEOUT_MS));
      client.on('error', () => {}); // the pending command rejects with it
      return {
        connect: () => client.connect(),
        store: (invocation) => redisStore(client, keyOptions(invocation)),
        destroy: () => client.destroy(),
      };
    },
  },
  postgres: {
    title: 'PostgreSQL',
    example: 'postgres://host:port/database',
    urlError: postgresUrlError,
    reason: postgresReason,
    keysOf: (invocation) => postgresKeys(tableOptions(invocation)),
    async open(url) {
      const client = await createPostgresClient(url, COMMAND_TIMEOUT_MS);
      client.on('error', () => {});
      return {
        connect: () => client.connect(),
        store: (invocation) => postgresStore(client, tableOptions(invocation)),
        destroy: () => destroyClient(client),
      };
    },
  },
};

function redisStore(client: RedisCommands, keys: { readonly key?: string; readonly channel?: string }) {
  const { key } = redisKeys(keys);
  return {
    async read() {
      try {
        return (await client.get(key)) ?? '';
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
        throw error;
      }
    },
    publish: (text: string, options: PublicationOptions) => redis.publishRules(client, text, { ...keys, ...options }),
    log: (range?: LogRange) => redis.readLog(client, keys, range),
  };
}

function postgresStore(client: OwnPostgresClient, keys: ReturnType<typeof tableOptions>) {
  return {
    read: () => postgres.readPublished(client, keys),
    publish: (text: string, options: PublicationOptions) =>
      postgres.publishRules(client, text, { ...keys, ...options }),
    log: (range?: LogRange) => postgres.readLog(client, keys, range),
  };
}

function keyOptions(invocation: Invocation): { readonly key?: string; readonly channel?: string } {
  const [key, channel] = ['key', 'channel'].map((name) => optionValue(invocation, name));
  if (key === '' || channel === '') throw new CommandError(EXIT.usage, '--key and --channel must not be empty');
  return { ...(key !== undefined && { key }), ...(channel !== undefined && { channel }) };
}

function tableOptions(invocation: Invocation): ReturnType<typeof keyOptions> & { readonly table?: string } {
  const table = optionValue(invocation, 'table');
  return { ...keyOptions(invocation), ...(table !== undefined && { table }) };
}

/** Runs `use` with a new connection. Throws a {@link CommandError} with one sentence if the store fails. */
export async function withStore<Result>(
  invocation: Invocation,
  use: (store: RulesStore) => Promise<Result>,
): Promise<Result> {
  const { kind, url } = chosenStore(invocation);
  const at = `${kind.title} at ${new URL(url).host}`;
  const { key } = usageErrors(() => kind.keysOf(invocation));
  const client = await kind.open(url).catch((error: unknown) => {
    throw new CommandError(EXIT.unreachable, errorReason(error));
  });
  let isLate = false;
  // Starts here, because loading the package may take long on a busy machine.
  const deadline = setTimeout(() => {
    isLate = true;
    client.destroy(); // rejects the pending command
  }, COMMAND_TIMEOUT_MS);
  try {
    await client.connect();
    return await use({ name: `${at}, key "${key}"`, key, ...client.store(invocation) });
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = isLate ? `no response within ${COMMAND_TIMEOUT_MS / 1000} seconds` : kind.reason(error);
    throw new CommandError(EXIT.unreachable, `${at}: ${why}`);
  } finally {
    clearTimeout(deadline);
    client.destroy();
  }
}

const COMMAND_TIMEOUT_MS = 5_000;

function chosenStore(invocation: Invocation): { readonly kind: StoreKind; readonly url: string } {
  const { environment } = invocation;
  const given = STORES.filter((name) => optionValue(invocation, name) !== undefined);
  const set = STORES.filter((name) => environment[variableOf(name)]);
  const [name, second] = given.length > 0 ? given : set;
  if (name === undefined) {
    const what =
      'expected --redis <url> or --postgres <url>, or one of GATEKEEPER_REDIS and GATEKEEPER_POSTGRES in the environment';
    throw new CommandError(EXIT.usage, `${what}; got none of them`);
  }
  if (second !== undefined) {
    const both = given.length > 0 ? '--redis and --postgres' : 'GATEKEEPER_REDIS and GATEKEEPER_POSTGRES';
    throw new CommandError(EXIT.usage, `expected one store; got both ${both}`);
  }
  const kind = KINDS[name];
  const url = optionValue(invocation, name) ?? environment[variableOf(name)] ?? '';
  const fault = kind.urlError(url);
  if (fault === undefined) return { kind, url };
  // Not quoted, because it may contain a password.
  const got = `${given.length > 0 ? `--${name}` : variableOf(name)} ${fault}`;
  throw new CommandError(EXIT.usage, `--${name} must be ${kind.example}; ${got}`);
}

const STORES = ['redis', 'postgres'] as const;

function variableOf(name: string): string {
  return `GATEKEEPER_${name.toUpperCase()}`;
}

/** An option that the library would refuse is a mistake in the command line. */
function usageErrors<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatekeeperError) throw new CommandError(EXIT.usage, error.message);
    throw error;
  }
}
