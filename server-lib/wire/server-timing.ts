import type { Source } from './manifest.ts';

/** A flag as a response acknowledges it. */
export interface Acknowledged {
  readonly flag: string;
  readonly variant: string;
  readonly source: Source;
}

/** Octets of `Server-Timing` that are ours at most: what proxies allow a header is a few thousand in all. */
const MOST_OCTETS = 2_048;

/**
 * The `Server-Timing` entries for the flags that a response was rendered with; what passes the limit is counted.
 * Names and variants are tokens of RFC 9110 5.6.2, so nothing needs to be escaped.
 */
export function serverTimingOf(flags: readonly Acknowledged[]): string {
  const entries = flags.map(({ flag, variant, source }) => `gk.${flag};desc="${variant} ${source}"`);
  const whole = entries.join(', ');
  if (whole.length <= MOST_OCTETS) return whole;
  let kept = entries.length - 1;
  while (kept > 0 && shortened(entries, kept).length > MOST_OCTETS) kept -= 1;
  return shortened(entries, kept);
}

function shortened(entries: readonly string[], kept: number): string {
  return [...entries.slice(0, kept), `gk;desc="+${entries.length - kept} more"`].join(', ');
}
