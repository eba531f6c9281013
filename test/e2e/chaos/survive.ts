import { test } from 'vitest';
import { Random } from '../../../scripts/fuzz/random.ts';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';
import { SEED } from '../../helpers/vitest/seed.ts';
import type { ChromiumDriver } from '../drivers/chromium.ts';
import type { Popup } from '../drivers/popup.ts';
import type { RecordingServer } from '../sites/recording-server.ts';

/** The browser and the sites in which a fault happens. */
export interface ChaosWorld {
  readonly browser: ChromiumDriver;
  readonly sites: RecordingServer;
  /** Waits until a popup no longer shows a spinner, and records the longest wait. */
  settled(popup: Popup): Promise<void>;
  /** Counts an outcome of an iteration, for the printed figures: they show whether a race ends in different ways. */
  count(what: string): void;
}

/** Prepares a fault. Returns the function that causes it once, and throws if the extension does not survive it. */
export type Fault = (world: ChaosWorld) => Promise<(random: Random, iteration: number) => Promise<void>>;

// `npm run chaos` sets CHAOS_ITERATIONS.
const ITERATIONS = Number(process.env.CHAOS_ITERATIONS ?? (IS_DEEP ? 100 : 5));

/** Defines a test that causes a fault repeatedly; nothing may be lost or broken. */
export function survives(fact: string, fault: Fault, world: () => Pick<ChaosWorld, 'browser' | 'sites'>): void {
  test(`${fact} (${ITERATIONS} times)`, { timeout: 480_000 + ITERATIONS * 6_000 }, async () => {
    let [slowest, longestSpinner] = [0, 0];
    const settled = async (popup: Popup): Promise<void> => {
      const start = performance.now();
      await popup.settled();
      longestSpinner = Math.max(longestSpinner, performance.now() - start);
    };
    const counts = new Map<string, number>();
    const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
    const iterate = await fault({ ...world(), settled, count });

    for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
      const start = performance.now();
      await iterate(new Random(SEED, iteration), iteration).catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`seed ${SEED}, iteration ${iteration}: ${reason}`, { cause });
      });
      slowest = Math.max(slowest, performance.now() - start);
    }

    const figures = [
      `slowest ${Math.round(slowest)} ms`,
      `longest spinner ${Math.round(longestSpinner)} ms`,
      ...[...counts].map(([what, times]) => `${times} ${what}`),
    ];
    console.log(`chaos: ${fact}: ${ITERATIONS} of ${ITERATIONS}, seed ${SEED}; ${figures.join(', ')}`);
  });
}
