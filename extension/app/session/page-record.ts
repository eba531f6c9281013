import { readTimingMetrics, type ServerTimingFlags } from '../../../server-lib/wire.ts';
import type { Delivery, PageTimings } from './page-port.ts';

/** The flags that the server evaluated for a page and its requests, as they list them (docs/protocol.md section 4). */
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

/** How the page used a flag. */
export interface FlagUsage {
  /** The variant with which the document was rendered; `undefined` if only requests evaluated the flag. */
  readonly rendered: string | undefined;
  /** The variant in the latest response, to the document or to a request. */
  readonly latest: string;
  /** How many requests evaluated the flag. */
  readonly requests: number;
}

/** Parses what a page and its requests list. */
export function readPageRecord({ usedScripts, ...timings }: PageTimings): PageRecord {
  return {
    ...timings,
    document: readTimingMetrics(timings.document, usedScripts),
    requests: timings.requests.map(({ url, metrics }) => ({ url, evaluations: readTimingMetrics(metrics) })),
  };
}

/** The flags that a page and its requests used, by name. */
export function flagUsages(record: PageRecord): ReadonlyMap<string, FlagUsage> {
  const usages = new Map<string, FlagUsage>();
  for (const { flag, variant } of record.document.flags)
    usages.set(flag, { rendered: variant, latest: variant, requests: 0 });
  for (const { flags } of record.requests.map(({ evaluations }) => evaluations)) {
    for (const { flag, variant } of flags) {
      const usage = usages.get(flag);
      usages.set(flag, { rendered: usage?.rendered, latest: variant, requests: (usage?.requests ?? 0) + 1 });
    }
  }
  return usages;
}
