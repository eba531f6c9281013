import type { MemoryPort } from '../../extension/app/site-memory.ts';

/** The memory of sites, as JSON in a map. */
export class MemoriesInMemory implements MemoryPort {
  readonly kept = new Map<string, unknown>();

  recall(origin: string): unknown {
    return this.kept.get(origin);
  }

  change(origin: string, change: (kept: unknown) => object): void {
    this.kept.set(origin, JSON.parse(JSON.stringify(change(this.kept.get(origin)))));
  }
}
