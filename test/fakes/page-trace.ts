import type { PageTrace } from '../../extension/app/ports.ts';

/** A page that came from its server and used no flag, but for what is given. */
export function pageTrace(trace: Partial<PageTrace> = {}): PageTrace {
  return {
    href: 'https://shop.example/',
    loadedAt: 1_700_000_000_000,
    delivery: 'network',
    document: [],
    requests: [],
    ...trace,
  };
}
