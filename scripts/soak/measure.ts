import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { ErrorCounts } from './app.ts';

/** The state of the server after a full garbage collection. */
export interface Measure extends ErrorCounts {
  /** Megabytes. */
  readonly rss: number;
  readonly heap: number;
  /** The 99th percentile of the event-loop delay in milliseconds: since the last measurement, and since the start. */
  readonly delay: number;
  readonly delayEver: number;
}

const RESOLUTION = 5;

/** Measures this process. */
export class Meter {
  readonly #counts: ErrorCounts;
  readonly #sinceLast = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #ever = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor(counts: ErrorCounts) {
    this.#counts = counts;
    this.#watch(true);
  }

  measure(): Measure {
    const delays = { delay: lateness(this.#sinceLast), delayEver: lateness(this.#ever) };
    this.#sinceLast.reset();
    this.#watch(false); // the pause of this forced collection does not come from the library
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    this.#watch(true);
    return { rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20, ...delays, ...this.#counts };
  }

  /** Discards the delays so far, because a program is always late while it starts. */
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

// The histogram contains the time between two turns of the loop, including the intended pause.
function lateness(histogram: IntervalHistogram): number {
  return Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION);
}
