import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Troubles } from './app.ts';

/** The server at one moment, after a full garbage collection. */
export interface Measure extends Troubles {
  /** Megabytes. */
  readonly rss: number;
  readonly heap: number;
  /** Milliseconds that all but one in a hundred turns of the loop were late at most: since the last measure, and ever. */
  readonly delay: number;
  readonly delayEver: number;
}

const RESOLUTION = 5;

/** Measures this process, again and again. */
export class Meter {
  readonly #troubles: Troubles;
  readonly #sinceLast = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #ever = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor(troubles: Troubles) {
    this.#troubles = troubles;
    this.#watch(true);
  }

  measure(): Measure {
    const delays = { delay: lateness(this.#sinceLast), delayEver: lateness(this.#ever) };
    this.#sinceLast.reset();
    this.#watch(false); // the pause of a collection that nobody but us asked for says nothing of the library
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    this.#watch(true);
    return { rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20, ...delays, ...this.#troubles };
  }

  /** Forgets how late the loop was so far: a program that starts is late by nature. */
  forgetStart(): void {
    this.#ever.reset();
  }

  #watch(isOn: boolean): void {
    for (const histogram of [this.#sinceLast, this.#ever]) {
      if (isOn) histogram.enable();
      else histogram.disable();
    }
  }
}

// The histogram holds the time between two turns, the pause that was asked for included.
function lateness(histogram: IntervalHistogram): number {
  return Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION);
}
