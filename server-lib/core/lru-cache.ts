import { nodeCrypto } from './node-crypto.ts';

/**
 * The values of the `limit` keys that were used last. Stores only a digest of a long key, because an attacker may choose
 * it.
 */
export class LruCache<Value> {
  readonly #limit: number;
  // A Map keeps the order of insertion, so its first entry is the least recently used one.
  readonly #values: Map<string, Value> = new Map();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const compact = compactKey(key);
    const value = this.#values.get(compact);
    if (value !== undefined) this.#put(compact, value);
    return value;
  }

  set(key: string, value: Value): void {
    const compact = compactKey(key);
    // A copy: a slice of the header would keep the whole header in memory (V8's sliced strings).
    this.#put(` ${compact}`.slice(1), value);
    if (this.#values.size <= this.#limit) return;
    const [oldest = compact] = this.#values.keys();
    this.#values.delete(oldest);
  }

  #put(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }
}

// No flag name and no token begins with "#", so no short key equals a digest.
function compactKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : `#${nodeCrypto().createHash('sha256').update(key).digest('base64url')}`;
}

const MAX_KEY_LENGTH = 128;
