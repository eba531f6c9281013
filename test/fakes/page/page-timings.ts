import type { PageTimings } from '../../../extension/app/session/page-port.ts';

/** A page that came from its server and used no flag, but for what is given. */
export function pageTimings(trace: Partial<PageTimings> = {}): PageTimings {
  return {
    href: 'https://shop.example/',
    loadedAt: 1_700_000_000_000,
    delivery: 'network',
    document: [],
    requests: [],
    ...trace,
  };
}
