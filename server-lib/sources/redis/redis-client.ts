import { GatekeeperError } from '../../core/errors.ts';
import { quoted } from '../../core/values.ts';

/**
 * What a source needs of a client of the package `redis`, version 4 to 6: others like it. The application's own is left as
 * it is.
 */
export interface RedisClient {
  readonly options?: { readonly socket?: object } | undefined;
  duplicate(overrides: object): OwnRedisClient;
}

/** A client of the package `redis`, version 4 to 6, that is ours alone. */
export interface OwnRedisClient {
  readonly isReady: boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  unref?(): void;
  subscribe(channel: string, listener: (message?: string) => void): Promise<void>;
  /** Where there is none, or it is not allowed, the document is transferred at each look. */
  eval?(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  getRange(key: string, start: number, end: number): Promise<string | null>;
  /** Versions 5 and 6 have it. */
  destroy?(): void;
  /** What version 4 needs in its place, and another client to subscribe with. */
  disconnect?(): Promise<void>;
  duplicate?(overrides: object): OwnRedisClient;
}

/** One connection to Redis. */
export interface RedisConnection
  extends Pick<OwnRedisClient, 'isReady' | 'on' | 'connect' | 'subscribe' | 'eval' | 'getRange'> {
  unref(): void;
  destroy(): void;
}

/** What publishing needs of a client of the package `redis`. */
export interface RedisScripting {
  eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
}

/** What the command line needs besides. */
export interface RedisCommands extends RedisScripting {
  get(key: string): Promise<string | null>;
  lRange(key: string, start: number, stop: number): Promise<string[]>;
}

/**
 * How our connections differ from the application's. We reconnect by ourselves, so that nothing queues up meanwhile, and
 * speak RESP 3 (Redis 6), in which one connection both subscribes and reads.
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

// `false` from version 4.5 on; before, only an error ends the tries, and no cause is handed over.
function neverReconnect(_retries: number, cause?: unknown): false | Error {
  return cause === undefined ? new Error('the connection was lost') : false;
}

/** One connection for reading and subscribing, from a client of our own of the package `redis`, version 4 to 6. */
export function toRedisConnection(client: OwnRedisClient): RedisConnection {
  return canDestroy(client) ? client : toVersion4Connection(client);
}

/** Version 4 speaks RESP 2, in which a connection that subscribes can do nothing else: so a second one subscribes. */
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
      for (const one of both) one.unref?.(); // 4.0 has none
    },
    subscribe: (channel, listener) => subscriber.subscribe(channel, listener),
    ...(reader.eval !== undefined && { eval: reader.eval.bind(reader) }),
    getRange: (key, start, end) => reader.getRange(key, start, end),
    destroy() {
      for (const one of both) one.destroy();
    },
  };
}

/** Gives a client of our own the `destroy` that version 4 lacks. */
export function withDestroy<Client extends OwnRedisClient>(client: Client): Client & { destroy(): void } {
  if (canDestroy(client)) return client;
  const destroy = (): void => {
    Promise.resolve(client.disconnect?.()).catch(() => {}); // it rejects where it is closed already
  };
  return Object.assign(client, { destroy });
}

function canDestroy<Client extends OwnRedisClient>(client: Client): client is Client & RedisConnection {
  return typeof client.destroy === 'function';
}

/** What is wrong with the address of a Redis, without a word of it: it may hold a password. */
export function redisUrlError(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return 'is not such an address';
  // The client refuses it with "Invalid pathname", each time that it connects.
  return /^\/?\d*$/.test(new URL(text).pathname) ? undefined : 'does not end with the number of a database, as in /0';
}

/** A client for a url, not yet connected; the package `redis` is loaded only now. */
export async function createRedisClient(url: string, connectTimeout?: number): Promise<OwnRedisClient & RedisCommands> {
  const { createClient } = await importRedis();
  return createClient({ url, ...connectionOptions({}, connectTimeout) });
}

async function importRedis(): Promise<typeof import('redis')> {
  try {
    return await import('redis'); // within `try`, bundlers do without it where it is not installed
  } catch (cause) {
    throw new Error('the package redis (npm install redis) cannot be loaded', { cause });
  }
}

/** What a client or a server said, as one clean line: a server's words may hold anything. */
export function redisReadError(key: string, cause: unknown): GatekeeperError {
  const message = `Redis: the key ${JSON.stringify(key)} cannot be read: ${errorReason(cause)}`;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', message, { cause });
}

/** Why something failed, in the system's or the server's words. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? String(error.code) : undefined; // ECONNREFUSED; its message would name each address
  return (code ?? (error.message || error.name)).replace(/\p{C}/gu, '\uFFFD').slice(0, 200);
}

/** Where in Redis a document is, and where its changes are made known. */
export interface RedisKeyOptions {
  /** `gatekeeper:rules` where nothing is said. */
  readonly key?: string | undefined;
  /** The key and `:changed` where nothing is said. */
  readonly channel?: string | undefined;
}

export interface RedisKeys {
  readonly key: string;
  readonly channel: string;
}

export function redisKeys({ key = 'gatekeeper:rules', channel }: RedisKeyOptions): RedisKeys {
  validateName('key', key);
  if (channel === undefined) return { key, channel: `${key}:changed` };
  validateName('channel', channel);
  return { key, channel };
}

function validateName(option: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  const what = `${option} is a name of at least one character, not ${quoted(value)}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', `Redis: ${what}`);
}

/** The key of the list of revisions. In a cluster it lives where the document does: one script changes both. */
export function logKeyOf(key: string): string {
  return /\{[^}]+\}/.test(key) ? `${key}:log` : `{${key}}:log`;
}
