/** A seeded stream of random numbers: sfc32, which is fast and good enough for test inputs. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(...seed: readonly [number, number?, number?]) {
    [this.#a, this.#b = 0, this.#c = 0] = seed;
    for (let round = 0; round < 15; round++) this.next(); // similar seeds must not start with similar numbers
  }

  /** A whole number from 0 to 2³² − 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** True once in `times`, on average. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** Up to `limit` results of `make`. */
  list<Item>(limit: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(limit + 1) }, make);
  }
}
