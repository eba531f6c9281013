import { type Browsing, FILTERS } from './browsing.ts';

/** What is remembered of a site until the browser closes: the filter, and how far one walked through its variants. */
export type SiteMemory = Pick<Browsing, 'filter' | 'visited'>;

/** Where the memory of sites is kept. */
export interface MemoryPort {
  /** What was kept for an origin, as it was given. */
  recall(origin: string): unknown;
  /** Changes what is kept by then, so that two windows lose nothing of each other. */
  change(origin: string, change: (kept: unknown) => object): void;
}

/** The memory as JSON. */
export function memoryJson({ filter, visited }: SiteMemory): object {
  return { filter, visited: [...visited] };
}

/** The memory in whatever was kept, by this version of the extension or another. */
export function memoryOf(kept: unknown): SiteMemory {
  const { filter, visited } = (kept ?? {}) as Partial<Record<keyof SiteMemory, unknown>>;
  return {
    filter: FILTERS.find((one) => one === filter) ?? 'all',
    visited: new Map(Array.isArray(visited) ? visited.filter(isVisit) : []),
  };
}

function isVisit(entry: unknown): entry is [string, readonly string[]] {
  if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') return false;
  return Array.isArray(entry[1]) && entry[1].every((variant) => typeof variant === 'string');
}

/** The variants shown, with one more; `''`, no override, forgets those of its flag. */
export function visiting(visited: Browsing['visited'], flag: string, variant: string): Browsing['visited'] {
  const shown = visited.get(flag);
  if (variant === '' ? shown === undefined : shown?.includes(variant)) return visited;
  const next = new Map(visited);
  if (variant === '') next.delete(flag);
  else next.set(flag, [...(shown ?? []), variant]);
  return next;
}
