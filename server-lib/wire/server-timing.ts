import type { Source } from './manifest.ts';

/** A flag as a response acknowledges it. */
export interface Acknowledged {
  readonly flag: string;
  readonly variant: string;
  readonly source: Source;
}

/** The bytes of `Server-Timing` that are ours at most. */
export const MAX_TIMING_BYTES = 2_048;

/**
 * The `Server-Timing` entries for the flags that a response was rendered with, in at most `maxBytes`; the flags that do
 * not fit are counted. `''` where not even the count fits.
 * Names and variants are tokens of RFC 9110 5.6.2, so nothing needs to be escaped.
 */
export function serverTimingOf(flags: readonly Acknowledged[], maxBytes: number = MAX_TIMING_BYTES): string {
  let text = '';
  for (const flag of flags) text = joined(text, entryOf(flag));
  return text.length <= maxBytes ? text : shortened(flags, maxBytes);
}

// The longest beginning that leaves room for the count of the others.
function shortened(flags: readonly Acknowledged[], maxBytes: number): string {
  let text = '';
  let longest = '';
  for (const [at, flag] of flags.entries()) {
    const counted = joined(text, `gk;desc="+${flags.length - at} more"`);
    if (counted.length <= maxBytes) longest = counted;
    text = joined(text, entryOf(flag));
    if (text.length > maxBytes) break;
  }
  return longest;
}

function entryOf({ flag, variant, source }: Acknowledged): string {
  return `gk.${flag};desc="${variant} ${source}"`;
}

function joined(text: string, entry: string): string {
  return text === '' ? entry : `${text}, ${entry}`;
}
