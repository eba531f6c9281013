import { createHash } from 'node:crypto';

/**
 * What was worked out for the keys that came most recently, and no more than `limit` of them. Of a long key, which an
 * attacker may choose, only a digest is kept.
 */
export class LruCache<Value> {
  readonly #limit: number;
  // A Map keeps the order of insertion: the first entry is the one that was not used for longest.
  readonly #values: Map<string, Value> = new Map();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(options: string): Value | undefined {
    const key = compactKey(options);
    const value = this.#values.get(key);
    if (value !== undefined) this.#put(key, value);
    return value;
  }

  set(options: string, value: Value): void {
    const key = compactKey(options);
    // A slice would keep the whole header alive (V8's sliced strings); what is glued and cut again keeps only itself.
    this.#put(` ${key}`.slice(1), value);
    if (this.#values.size <= this.#limit) return;
    const [oldest = key] = this.#values.keys();
    this.#values.delete(oldest);
  }

  #put(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }
}

// A digest begins with a character that no flag's name and no token does, so that no short key equals it.
function compactKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : `#${createHash('sha256').update(key).digest('base64url')}`;
}

const MAX_KEY_LENGTH = 128;
