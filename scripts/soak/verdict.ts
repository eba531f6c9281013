// @ts-expect-error plain JavaScript without types
import { median } from '../lib/median.mjs';
import type { Measure } from './measure.ts';

/** The limits of a run: megabytes of growth, milliseconds of delay. */
const LIMITS = { growth: 10, delay: 20 } as const;

/** The result of a run: one line for each fact, and whether the run passed. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/** The verdict on a soak from its measurements, one a minute. */
export function soakVerdict(measures: readonly Measure[], lost: number): Verdict {
  const growth = growthOf(measures.map(({ rss }) => rss));
  const delay = measures.at(-1)?.delayEver ?? Number.NaN;
  const load = loadVerdict(measures, lost);
  const memory =
    growth === undefined
      ? 'RSS growth: not measured, because the run was shorter than 15 minutes'
      : `RSS growth after the first 5 minutes: ${growth.toFixed(1)} MB (at most ${LIMITS.growth})`;
  return {
    lines: [...load.lines, memory, `loop delay p99: ${delay.toFixed(1)} ms (at most ${LIMITS.delay})`],
    isGood: load.isGood && (growth ?? 0) < LIMITS.growth && delay < LIMITS.delay,
  };
}

/** The verdict on a number of requests from the last measurement. */
export function loadVerdict(measures: readonly Measure[], lost: number): Verdict {
  const { exceptions = 1, rejections = 1, serverErrors = 1, spoiltPages = 1 } = measures.at(-1) ?? {};
  const lines = [
    `${exceptions} exceptions, ${rejections} unhandled rejections, ${serverErrors} responses with 5xx`,
    `${spoiltPages} pages not served, ${lost} requests without a response`,
  ];
  return { lines, isGood: exceptions + rejections + serverErrors + spoiltPages + lost === 0 };
}

/** The median of the last five measurements minus the median of the five after the first five. */
export function growthOf(megabytes: readonly number[]): number | undefined {
  return megabytes.length < 15 ? undefined : median(megabytes.slice(-5)) - median(megabytes.slice(5, 10));
}
