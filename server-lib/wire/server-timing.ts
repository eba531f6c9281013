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
  let text = '';
  for (const flag of flags) text = joined(text, entryOf(flag));
  return text.length <= MOST_OCTETS ? text : shortened(flags);
}

// The longest beginning that leaves room for the count of the others.
function shortened(flags: readonly Acknowledged[]): string {
  let text = '';
  let longest = '';
  for (const [at, flag] of flags.entries()) {
    const counted = joined(text, `gk;desc="+${flags.length - at} more"`);
    if (counted.length <= MOST_OCTETS) longest = counted;
    text = joined(text, entryOf(flag));
    if (text.length > MOST_OCTETS) break;
  }
  return longest;
}

function entryOf({ flag, variant, source }: Acknowledged): string {
  return `gk.${flag};desc="${variant} ${source}"`;
}

function joined(text: string, entry: string): string {
  return text === '' ? entry : `${text}, ${entry}`;
}
