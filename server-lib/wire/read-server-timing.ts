import { SOURCES } from './manifest.ts';
import { isName } from './names.ts';
import type { Acknowledged } from './server-timing.ts';

/** One metric of a `Server-Timing` header, as `PerformanceServerTiming` has it. */
export interface TimingMetric {
  readonly name: string;
  readonly description: string;
}

/** The flags that a response was rendered with, as it says itself. */
export interface Evaluations {
  readonly flags: readonly Acknowledged[];
  /** How many more it evaluated than fit into its header. */
  readonly more: number;
}

/** What no header of 2,048 octets can pass: a site may say more than the library does. */
const MOST_FLAGS = 500;

/** Reads the metrics that are ours; the first of two for one flag counts, and whatever else there is is passed over. */
export function evaluationsOf(metrics: readonly TimingMetric[]): Evaluations {
  const flags = new Map<string, Acknowledged>();
  let more = 0;
  for (const { name, description } of metrics) {
    if (name === 'gk') more = Number(/^\+(\d{1,6}) more$/.exec(description)?.[1] ?? more);
    const flag = name.startsWith('gk.') ? acknowledged(name.slice('gk.'.length), description) : undefined;
    if (flag !== undefined && !flags.has(flag.flag) && flags.size < MOST_FLAGS) flags.set(flag.flag, flag);
  }
  return { flags: [...flags.values()], more };
}

function acknowledged(flag: string, description: string): Acknowledged | undefined {
  const [variant, sourceName, ...rest] = description.split(' ', 3);
  const source = SOURCES.find((one) => one === sourceName);
  return isName(flag) && isName(variant) && source !== undefined && rest.length === 0
    ? { flag, variant, source }
    : undefined;
}
