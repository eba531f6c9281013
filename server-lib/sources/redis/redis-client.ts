import { GatekeeperError } from '../../core/errors.ts';
import { quoted } from '../../core/values.ts';
import { parseUrl } from '../../wire/untrusted-json.ts';
import { errorReason, sourceError } from '../validate-rules.ts';

/**
 * The application's client: of the package `redis`, version 4 to 6, for one server, a cluster or sentinels; or a `Redis` or a
 * `Cluster` of the package `ioredis`, version 5 or 6. A source opens connections with the same settings; it does not use the
 * client itself.
 */
export interface RedisClient {
  /** Not in a sentinel client of version 5, which the source uses itself. */
  duplicate?(...settings: never[]): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** A client of the package `redis`, version 4 to 6, that only this package uses. */
export interface OwnRedisClient {
  readonly isReady: boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  unref?(): void;
  subscribe(channel: string, listener: (message?: string) => void): Promise<void>;
  /** If it is missing or not allowed, the document is transferred at each poll. */
  eval?(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  getRange(key: string, start: number, end: number): Promise<string | null>;
  /** In versions 5 and 6. */
  destroy?(): void;
  /** In version 4, which also needs a second client to subscribe with. */
  disconnect?(): Promise<void>;
  duplicate?(overrides: object): OwnRedisClient;
}

/** One connection to Redis. */
export interface RedisConnection
  extends Pick<OwnRedisClient, 'isReady' | 'on' | 'connect' | 'subscribe' | 'eval' | 'getRange'> {
  unref(): void;
  destroy(): void;
}

/** The method that publishing needs, of a client of the package `redis` or `ioredis`. */
export interface RedisScripting {
  eval(script: never, keysAndArguments: never): Promise<unknown>;
}

type RunScript = (script: string, options: { keys: string[]; arguments: string[] }) => Promise<unknown>;

/** Runs a script. The package `ioredis` takes the keys and the arguments as one list. */
export function runScript(client: RedisScripting, ...[script, options]: Parameters<RunScript>): Promise<unknown> {
  const { keys, arguments: values } = options;
  if ('getrange' in client || 'isCluster' in client) {
    const run = client.eval as (script: string, count: number, ...list: string[]) => Promise<unknown>;
    return run.call(client, script, keys.length, ...keys, ...values);
  }
  return (client.eval as RunScript).call(client, script, options);
}

/** The methods that the command line needs. */
export interface RedisCommands extends RedisScripting {
  get(key: string): Promise<string | null>;
  lRange(key: string, start: number, stop: number): Promise<string[]>;
}

/**
 * The settings that our connections change. We reconnect ourselves, so that no commands are queued meanwhile, and use RESP 3
 * (Redis 6), in which one connection can both subscribe and read.
 */
export function connectionOptions(socket: object = {}, connectTimeout = 1_000): object {
  return {
    RESP: 3,
    disableOfflineQueue: true,
    commandsQueueMaxLength: 16,
    pingInterval: undefined,
    socket: { ...socket, reconnectStrategy: neverReconnect, connectTimeout },
  };
}

// Before version 4.5, only a returned error stops reconnecting, and no cause is passed; later versions accept `false`.
function neverReconnect(_retries: number, cause?: unknown): false | Error {
  return cause === undefined ? new Error('the connection was lost') : false;
}

/** One connection for reading and subscribing, from our own client of the package `redis`, version 4 to 6. */
export function toRedisConnection(client: OwnRedisClient): RedisConnection {
  return canDestroy(client) ? client : toVersion4Connection(client);
}

/** Version 4 uses RESP 2, in which a connection that subscribes cannot do anything else, so a second one subscribes. */
function toVersion4Connection(client: OwnRedisClient): RedisConnection {
  const [reader, subscriber] = [withDestroy(client), withDestroy(client.duplicate?.({}) ?? client)];
  const both = [reader, subscriber];
  return {
    get isReady() {
      return both.every((one) => one.isReady);
    },
    on(event, listener) {
      for (const one of both) one.on(event, listener);
    },
    async connect() {
      await reader.connect();
      await subscriber.connect();
    },
    unref() {
      for (const one of both) one.unref?.(); // missing in 4.0
    },
    subscribe: (channel, listener) => subscriber.subscribe(channel, listener),
    ...(reader.eval !== undefined && { eval: reader.eval.bind(reader) }),
    getRange: (key, start, end) => reader.getRange(key, start, end),
    destroy() {
      for (const one of both) one.destroy();
    },
  };
}

/** Adds the method `destroy` that version 4 does not have to our own client. */
export function withDestroy<Client extends OwnRedisClient>(client: Client): Client & { destroy(): void } {
  if (canDestroy(client)) return client;
  const destroy = (): void => {
    Promise.resolve(client.disconnect?.()).catch(() => {}); // it rejects if it is closed already
  };
  return Object.assign(client, { destroy });
}

function canDestroy<Client extends OwnRedisClient>(client: Client): client is Client & RedisConnection {
  return typeof client.destroy === 'function';
}

/** What is wrong with the URL of a Redis; `undefined` if it is valid. Does not quote the URL, which may contain a password. */
export function redisUrlError(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (!/^rediss?:\/\//.test(text)) return 'does not start with redis:// or rediss://';
  const url = parseUrl(text);
  if (url === undefined) return 'is not a valid URL';
  // With another path, the client throws "Invalid pathname" each time that it connects.
  return /^\/?\d*$/.test(url.pathname) ? undefined : 'does not end with a database number such as /0';
}

/** Creates a client for a URL and does not connect it. Loads the package `redis`. */
export async function createRedisClient(url: string, connectTimeout?: number): Promise<OwnRedisClient & RedisCommands> {
  const { createClient } = await importRedis();
  return createClient({ url, ...connectionOptions({}, connectTimeout) });
}

async function importRedis(): Promise<typeof import('redis')> {
  try {
    return await import('redis'); // inside `try`, so that bundlers ignore it if it is not installed
  } catch (cause) {
    throw new Error('the package redis (npm install redis) cannot be loaded', { cause });
  }
}

/** The error about a key that cannot be read. `cause` is from the client or the server; its message is sanitized. */
export function redisReadError(key: string, cause: unknown): GatekeeperError {
  return sourceError(`Redis: the key ${JSON.stringify(key)} cannot be read: ${errorReason(cause)}`, cause);
}

/** The key of a document in Redis and the channel that announces its changes. */
export interface RedisKeyOptions {
  /** Default: `gatekeeper:rules`. */
  readonly key?: string | undefined;
  /** Default: the key and `:changed`. */
  readonly channel?: string | undefined;
}

export interface RedisKeys {
  readonly key: string;
  readonly channel: string;
}

/** The key and the channel, with their defaults. Throws if one is not a string or is empty. */
export function redisKeys({ key = 'gatekeeper:rules', channel }: RedisKeyOptions): RedisKeys {
  validateName('key', key);
  if (channel === undefined) return { key, channel: `${key}:changed` };
  validateName('channel', channel);
  return { key, channel };
}

function validateName(option: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  const what = `${option} must be a string of at least one character; got ${quoted(value)}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', `Redis: ${what}`);
}

/** The key of the log. In a cluster it has the same hash slot as the document, because one script changes both. */
export function logKeyOf(key: string): string {
  return besideKey(key, 'log');
}

/** The key of the compressed copy of a large document. */
export function packedKeyOf(key: string): string {
  return besideKey(key, 'packed');
}

function besideKey(key: string, name: string): string {
  return /\{[^}]+\}/.test(key) ? `${key}:${name}` : `{${key}}:${name}`;
}
