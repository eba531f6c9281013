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
    socket: { ...socket, reconnectStrategy: notAgain, connectTimeout },
  };
}

// `false` from version 4.5 on; before, only an error ends the tries, and no cause is handed over.
function notAgain(_retries: number, cause?: unknown): false | Error {
  return cause === undefined ? new Error('the connection was lost') : false;
}
