import type { PageTimings } from '../../../extension/app/session/page-port.ts';

/** The timings of a page that came from its server and used no flag, changed by `changes`. */
export function pageTimings(changes: Partial<PageTimings> = {}): PageTimings {
  return {
    href: 'https://shop.example/',
    loadedAt: 1_700_000_000_000,
    delivery: 'network',
    document: [],
    usedScripts: [],
    requests: [],
    ...changes,
  };
}
