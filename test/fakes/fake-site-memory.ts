import type { SiteMemoryStorage } from '../../extension/app/flags/browsing-store.ts';

/** The memory of sites, stored as JSON values in a map. */
export class FakeSiteMemory implements SiteMemoryStorage {
  readonly stored = new Map<string, unknown>();

  read(origin: string): unknown {
    return this.stored.get(origin);
  }

  change(origin: string, change: (stored: unknown) => object): void {
    this.stored.set(origin, JSON.parse(JSON.stringify(change(this.stored.get(origin)))));
  }
}
