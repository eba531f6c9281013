/** What a source needs of a client of the package `redis`: another like it. The application's own is left as it is. */
export interface RedisClient {
  readonly options?: { readonly socket?: object } | undefined;
  duplicate(overrides: object): RedisConnection;
}

/** One connection to Redis, of the package `redis`. */
export interface RedisConnection {
  readonly isReady: boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  unref(): void;
  subscribe(channel: string, listener: () => void): Promise<void>;
  getRange(key: string, start: number, end: number): Promise<string | null>;
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
    socket: { ...socket, reconnectStrategy: false, connectTimeout },
  };
}
