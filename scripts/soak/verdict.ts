// @ts-expect-error plain JavaScript without types
import { median } from '../lib/median.mjs';
import type { Measure } from './measure.ts';

/** What a run may not pass: megabytes of growth, milliseconds of delay. */
const MOST = { growth: 10, delay: 20 } as const;

/** What a run has shown: each line is a fact, `isGood` whether all of them may stand. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/** Judges a soak by its measures, one a minute. */
export function soakVerdict(measures: readonly Measure[], lost: number): Verdict {
  const growth = growthOf(measures.map(({ rss }) => rss));
  const delay = measures.at(-1)?.delayEver ?? Number.NaN;
  const load = loadVerdict(measures, lost);
  const memory =
    growth === undefined
      ? 'RSS growth: the run was too short to tell (15 minutes)'
      : `RSS growth after the first 5 minutes: ${growth.toFixed(1)} MB (most ${MOST.growth})`;
  return {
    lines: [...load.lines, memory, `loop delay p99: ${delay.toFixed(1)} ms (most ${MOST.delay})`],
    isGood: load.isGood && (growth ?? 0) < MOST.growth && delay < MOST.delay,
  };
}

/** Judges a number of requests by the last measure. */
export function loadVerdict(measures: readonly Measure[], lost: number): Verdict {
  const { exceptions = 1, rejections = 1, serverErrors = 1, spoiltPages = 1 } = measures.at(-1) ?? {};
  const lines = [
    `${exceptions} exceptions, ${rejections} unhandled rejections, ${serverErrors} answers from 500 on`,
    `${spoiltPages} pages that were not served, ${lost} requests without an answer`,
  ];
  return { lines, isGood: exceptions + rejections + serverErrors + spoiltPages + lost === 0 };
}

/** The middle of the last five measures over the middle of the five that follow the first five. */
export function growthOf(megabytes: readonly number[]): number | undefined {
  return megabytes.length < 15 ? undefined : median(megabytes.slice(-5)) - median(megabytes.slice(5, 10));
}
