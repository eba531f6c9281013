import { GatekeeperError } from '../../core/errors.ts';
import { kindOf } from '../../core/values.ts';
import {
  connectionOptions,
  type OwnRedisClient,
  type RedisClient,
  type RedisConnection,
  type RedisScripting,
  runScript,
  toRedisConnection,
  withDestroy,
} from './redis-client.ts';

/** How to open connections with the settings of the application's client. */
export interface RedisTopology {
  /** Creates a connection of our own to the server that has `key`. */
  open(key: string): Promise<RedisConnection>;
  /** Whether another server can take over: then an idle connection may be to the wrong one. */
  readonly canFailOver: boolean;
}

/** Returns the topology of the application's client. Throws if it is not a client of `redis` or `ioredis`. */
export function topologyOf(client: unknown): RedisTopology {
  const parts = Object(client) as ClientParts;
  if (typeof parts.acquire === 'function') return sentinel(client as RedisSentinel);
  if (typeof parts.duplicate !== 'function') {
    const what = `client must be a client of the package redis or ioredis; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  if (parts.isCluster === true) return cluster((key) => ioredisNode(client as IoredisCluster, key));
  if (typeof parts.getrange === 'function') {
    const open = async (): Promise<RedisConnection> => ioredisConnection(client as IoredisClient);
    return { open, canFailOver: Array.isArray(parts.options?.sentinels) };
  }
  if (typeof parts.nodeClient === 'function') return cluster((key) => clusterNode(client as RedisCluster, key));
  const { duplicate } = client as RedisNode;
  const { socket } = parts.options ?? {};
  const open = async (): Promise<RedisConnection> =>
    toRedisConnection(duplicate.call(client, connectionOptions(socket)));
  return { open, canFailOver: false };
}

interface ClientParts extends Partial<RedisClient> {
  readonly options?: { readonly socket?: object; readonly sentinels?: unknown };
  /** Of a cluster of the package ioredis. */
  readonly isCluster?: unknown;
  /** Of a client of the package ioredis. */
  readonly getrange?: unknown;
  /** Of a cluster of the package redis. */
  readonly nodeClient?: unknown;
  /** Of a sentinel client of the package redis. */
  readonly acquire?: unknown;
}

function cluster(open: (key: string) => Promise<RedisConnection>): RedisTopology {
  return { open, canFailOver: true };
}

/** A client for one server, of the package `redis`. */
interface RedisNode {
  readonly options?: { readonly socket?: object } | undefined;
  duplicate(overrides: object): OwnRedisClient;
}

interface RedisCluster {
  duplicate(overrides: object): RedisCluster & OwnRedisClient;
  readonly slots: readonly ({ readonly master: object } | undefined)[];
  nodeClient(node: object): RedisNode | Promise<RedisNode>;
}

/**
 * Asks the cluster which server has the key, and opens one connection to that one. In a cluster, every server passes on what is
 * published on any of them.
 */
async function clusterNode(application: RedisCluster, key: string): Promise<RedisConnection> {
  const own = withDestroy(application.duplicate({ minimizeConnections: true }));
  own.on('error', () => {}); // it rejects, too
  return within(TOPOLOGY_TIMEOUT_MS, async () => {
    await own.connect();
    const master = own.slots[keySlot(key)]?.master;
    if (master === undefined) throw new Error('CLUSTERDOWN no server has the key');
    const node = await own.nodeClient(master);
    return toRedisConnection(node.duplicate(connectionOptions(node.options?.socket)));
  }).finally(() => own.destroy());
}

interface RedisSentinel extends Omit<OwnRedisClient, 'duplicate' | 'unref' | 'destroy'> {
  /** Not in version 5. */
  duplicate?(overrides: object): RedisSentinel;
  off(event: 'error', listener: (error: Error) => void): unknown;
  unsubscribe(channel: string, listener: (message?: string) => void): Promise<void>;
  destroy(): Promise<void>;
}

/** The client for sentinels finds the primary itself. After any failure, the source opens another one, which asks again. */
function sentinel(application: RedisSentinel): RedisTopology {
  const open = async (): Promise<RedisConnection> => {
    if (application.duplicate === undefined) return sharedSentinel(application);
    const own = application.duplicate(ONE_CONNECTION);
    return sentinelConnection(own, {
      on: (event, listener) => own.on(event, listener),
      connect: () => own.connect(),
      subscribe: (channel, listener) => own.subscribe(channel, listener),
      destroy: () => void own.destroy().catch(() => {}),
    });
  };
  return { open, canFailOver: true };
}

const ONE_CONNECTION = {
  masterPoolSize: 1,
  replicaPoolSize: 0,
  reserveClient: false,
  maxCommandRediscovers: 0,
  passthroughClientErrorEvents: true,
};

function sentinelConnection(
  client: RedisSentinel,
  lifetime: Pick<RedisConnection, 'on' | 'connect' | 'subscribe' | 'destroy'>,
): RedisConnection {
  return {
    ...lifetime,
    get isReady() {
      return client.isReady;
    },
    eval: (script, options) => runScript(client as RedisScripting, script, options),
    getRange: (key, start, end) => client.getRange(key, start, end),
    unref() {}, // it has no such method
  };
}

/** The client of version 5 cannot be copied, so the source uses the application's own, which must be connected. */
function sharedSentinel(application: RedisSentinel): RedisConnection {
  const undo: (() => unknown)[] = [];
  return sentinelConnection(application, {
    on(event, listener) {
      application.on(event, listener);
      undo.push(() => application.off(event, listener));
    },
    async connect() {
      if (!application.isReady) throw new Error('the sentinel client of the application is not connected');
    },
    async subscribe(channel, listener) {
      undo.push(() => application.unsubscribe(channel, listener).catch(() => {}));
      await application.subscribe(channel, listener);
    },
    destroy() {
      for (const one of undo.splice(0)) one();
    },
  });
}

/** A client of the package `ioredis`. */
interface IoredisClient {
  readonly status: string;
  readonly options: { readonly host?: string; readonly port?: number };
  readonly stream?: { unref?(): void };
  duplicate(overrides: object): IoredisClient;
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
  connect(): Promise<void>;
  subscribe(channel: string): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  getrange(key: string, start: number, end: number): Promise<string>;
  disconnect(): void;
}

// We reconnect ourselves, so that no commands are queued meanwhile.
const NEVER_RECONNECT = {
  lazyConnect: true,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
  reconnectOnError: null,
  enableOfflineQueue: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 1_000,
  enableAutoPipelining: false,
};

/** Version 5 uses RESP 2, in which a connection that subscribes cannot do anything else, so a second one subscribes. */
function ioredisConnection(application: IoredisClient): RedisConnection {
  const [reader, subscriber] = [application.duplicate(NEVER_RECONNECT), application.duplicate(NEVER_RECONNECT)];
  const both = [reader, subscriber];
  return {
    get isReady() {
      return both.every(({ status }) => status === 'ready');
    },
    on(event, listener) {
      for (const one of both) {
        one.on(event, (error) => listener(error ?? new Error('the connection failed')));
        one.on('end', () => listener(new Error('the connection was closed'))); // without an error if the server closes it
      }
    },
    async connect() {
      for (const one of both) {
        await one.connect();
        one.stream?.unref?.();
      }
    },
    unref() {}, // connect() does it: before, there is no socket
    async subscribe(channel, listener) {
      subscriber.on('message', (from, message) => {
        if (from === channel) listener(message);
      });
      await subscriber.subscribe(channel);
    },
    eval: (script, { keys, arguments: values }) => reader.eval(script, keys.length, ...keys, ...values),
    getRange: (key, start, end) => reader.getrange(key, start, end),
    destroy() {
      for (const one of both) one.disconnect();
    },
  };
}

interface IoredisCluster {
  readonly options: { readonly redisOptions?: object };
  duplicate(nodes: readonly object[], overrides: object): IoredisCluster;
  readonly slots: readonly (readonly string[] | undefined)[];
  nodes(role: 'master'): readonly IoredisClient[];
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<void>;
  disconnect(): void;
}

async function ioredisNode(application: IoredisCluster, key: string): Promise<RedisConnection> {
  const own = application.duplicate([], {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
    enableOfflineQueue: false,
    slotsRefreshTimeout: TOPOLOGY_TIMEOUT_MS,
    redisOptions: { ...application.options.redisOptions, connectTimeout: 1_000 },
  });
  own.on('error', () => {});
  return within(TOPOLOGY_TIMEOUT_MS, async () => {
    await own.connect();
    const [address] = own.slots[keySlot(key)] ?? [];
    const node = own.nodes('master').find(({ options: { host, port } }) => `${host}:${port}` === address);
    if (node === undefined) throw new Error('CLUSTERDOWN no server has the key');
    return ioredisConnection(node);
  }).finally(() => own.disconnect());
}

/** Rejects if `run` takes longer: a client of the application may try for ever to connect to a server that is down. */
function within<Result>(milliseconds: number, run: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no server of the cluster in ${milliseconds} ms`)), milliseconds).unref();
  });
  return Promise.race([run(), late]).finally(() => clearTimeout(timer));
}

const TOPOLOGY_TIMEOUT_MS = 1_200;

/** The hash slot of a key: CRC-16 (XMODEM) of the part in braces, if there is one, else of the key. */
export function keySlot(key: string): number {
  const hashed = /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return (crc & 0xffff) % 16_384;
}
