import { readTimingMetrics, type ServerTimingFlags } from '../../../server-lib/wire.ts';
import type { Delivery, PageTimings } from './page-port.ts';

/** What a page says itself of the flags that it and its requests were answered with. */
export interface PageRecord {
  /** The page's address, with its fragment. */
  readonly href: string;
  /** When the page began to load, in milliseconds since 1970. */
  readonly loadedAt: number;
  readonly delivery: Delivery;
  readonly document: ServerTimingFlags;
  /** The requests that evaluated flags, the oldest first. */
  readonly requests: readonly { readonly url: string; readonly evaluations: ServerTimingFlags }[];
}

/** A flag as the page used it. */
export interface FlagUsage {
  /** What the document was rendered with; `undefined` where only requests asked for the flag. */
  readonly rendered: string | undefined;
  /** The variant of the latest answer, the document's or a request's. */
  readonly latest: string;
  /** How many requests evaluated the flag. */
  readonly requests: number;
}

/** Reads what the browser kept of a page's `Server-Timing`. */
export function readPageRecord(timings: PageTimings): PageRecord {
  return {
    ...timings,
    document: readTimingMetrics(timings.document),
    requests: timings.requests.map(({ url, metrics }) => ({ url, evaluations: readTimingMetrics(metrics) })),
  };
}

/** The flags that a page and its requests used, by their names. */
export function flagUsages(record: PageRecord): ReadonlyMap<string, FlagUsage> {
  const uses = new Map<string, FlagUsage>();
  for (const { flag, variant } of record.document.flags)
    uses.set(flag, { rendered: variant, latest: variant, requests: 0 });
  for (const { flags } of record.requests.map(({ evaluations }) => evaluations)) {
    for (const { flag, variant } of flags) {
      const use = uses.get(flag);
      uses.set(flag, { rendered: use?.rendered, latest: variant, requests: (use?.requests ?? 0) + 1 });
    }
  }
  return uses;
}
