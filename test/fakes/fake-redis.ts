import type { RedisClient, RedisConnection } from '../../server-lib/sources/redis/redis-client.ts';

/** A Redis in memory: one key's text, and what a source's connections to it can meet. */
export class FakeRedis implements RedisClient {
  readonly options = { socket: { host: 'redis.test', port: 6379 } };
  /** What each connection was opened with. */
  readonly opened: object[] = [];
  readonly reads: (readonly [key: string, start: number, end: number])[] = [];
  /** `silent` accepts connections and commands, and answers none; `far` lets them dial until `arrive()`. */
  state: 'up' | 'down' | 'silent' | 'far' = 'up';
  /** What the server answers a read with, instead of the text. */
  refusal: string | undefined;
  text: string | undefined;
  readonly pendingConnects: (() => void)[] = [];
  readonly #connections: Set<FakeConnection> = new Set();

  duplicate(overrides: object): RedisConnection {
    this.opened.push(overrides);
    const connection = new FakeConnection(this, this.#connections);
    this.#connections.add(connection);
    return connection;
  }

  /** Lets those who dial come through. */
  completeConnects(): void {
    for (const connected of this.pendingConnects.splice(0)) connected();
  }

  /** How many connections there are that nobody has let go of. */
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
    // As the real one: who dials notices only afterwards that it was destroyed, and is connected then.
    if (this.#redis.state === 'far') await new Promise<void>((resolve) => this.#redis.pendingConnects.push(resolve));
    else await this.#answer();
    this.#all.add(this);
    this.isReady = true;
  }

  unref(): void {}

  async subscribe(channel: string, listener: () => void): Promise<void> {
    await this.#answer();
    this.#subscriptions.push([channel, listener]);
  }

  async getRange(key: string, start: number, end: number): Promise<string> {
    this.#redis.reads.push([key, start, end]);
    await this.#answer();
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

  async #answer(): Promise<void> {
    const { state } = this.#redis;
    if (state === 'down') throw Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    if (state === 'silent') await new Promise((_, reject) => this.#waiting.push(reject));
  }
}
