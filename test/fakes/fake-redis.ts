import type { RedisClient, RedisConnection } from '../../server-lib/sources/redis/redis-client.ts';

/** A Redis server in memory with the value of one key, and the connection states that a source must handle. */
export class FakeRedis implements RedisClient {
  readonly options = { socket: { host: 'redis.test', port: 6379 } };
  /** The options of each opened connection. */
  readonly opened: object[] = [];
  readonly reads: (readonly [key: string, start: number, end: number])[] = [];
  /** `silent`: accepts connections, sends no response; `far`: connecting waits for `completeConnects()`. */
  state: 'up' | 'down' | 'silent' | 'far' = 'up';
  /** The error message of every read; `undefined`: reads return the value. */
  refusal: string | undefined;
  text: string | undefined;
  readonly pendingConnects: (() => void)[] = [];
  readonly #connections: Set<FakeConnection> = new Set();

  on(): void {}

  duplicate(overrides: object): RedisConnection {
    this.opened.push(overrides);
    const connection = new FakeConnection(this, this.#connections);
    this.#connections.add(connection);
    return connection;
  }

  /** Completes the waiting connection attempts. */
  completeConnects(): void {
    for (const connected of this.pendingConnects.splice(0)) connected();
  }

  /** The number of connections that were not destroyed. */
  get connections(): number {
    return this.#connections.size;
  }

  publish(text: string | undefined, channel = 'gatekeeper:rules:changed'): void {
    this.text = text;
    for (const connection of this.#connections) connection.receive(channel);
  }

  goDown(): void {
    this.state = 'down';
    for (const connection of [...this.#connections]) connection.disconnect();
  }
}

class FakeConnection implements RedisConnection {
  isReady = false;
  readonly #redis: FakeRedis;
  readonly #all: Set<FakeConnection>;
  readonly #errorListeners: ((error: Error) => void)[] = [];
  readonly #subscriptions: [channel: string, listener: () => void][] = [];
  readonly #waiting: ((error: Error) => void)[] = [];

  constructor(redis: FakeRedis, all: Set<FakeConnection>) {
    this.#redis = redis;
    this.#all = all;
  }

  on(_: 'error', listener: (error: Error) => void): void {
    this.#errorListeners.push(listener);
  }

  async connect(): Promise<void> {
    // As in the real client: a connection destroyed while connecting still becomes connected afterwards.
    if (this.#redis.state === 'far') await new Promise<void>((resolve) => this.#redis.pendingConnects.push(resolve));
    else await this.#respond();
    this.#all.add(this);
    this.isReady = true;
  }

  unref(): void {}

  async subscribe(channel: string, listener: () => void): Promise<void> {
    await this.#respond();
    this.#subscriptions.push([channel, listener]);
  }

  async getRange(key: string, start: number, end: number): Promise<string> {
    this.#redis.reads.push([key, start, end]);
    await this.#respond();
    if (this.#redis.refusal !== undefined) throw new Error(this.#redis.refusal);
    return (this.#redis.text ?? '').slice(start, end + 1);
  }

  destroy(): void {
    this.isReady = false;
    this.#all.delete(this);
    for (const reject of this.#waiting.splice(0)) reject(new Error('Disconnects client'));
  }

  receive(channel: string): void {
    for (const [name, listener] of this.#subscriptions) if (name === channel) listener();
  }

  disconnect(): void {
    this.isReady = false;
    for (const listener of this.#errorListeners) listener(new Error('Socket closed unexpectedly'));
  }

  async #respond(): Promise<void> {
    const { state } = this.#redis;
    if (state === 'down') throw Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    if (state === 'silent') await new Promise((_, reject) => this.#waiting.push(reject));
  }
}
