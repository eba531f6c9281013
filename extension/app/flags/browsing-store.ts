import { type SiteRow, searchRows } from './flag-rows.ts';

/** Which rows are shown. */
export const FILTERS = ['all', 'overridden', 'page'] as const;
export type Filter = (typeof FILTERS)[number];

/** How a person looks through the flags: nothing that the site or the cookie knows of. */
export interface Browsing {
  readonly search: string;
  readonly filter: Filter;
  /** How many rows are drawn; more are drawn as the reader scrolls. */
  readonly rowLimit: number;
  readonly view: View;
  /** The variants of a flag that a walk through them has shown. */
  readonly visited: ReadonlyMap<string, readonly string[]>;
}

/** What is seen of the site. */
export type View = 'flags' | 'help' | 'scenarios' | 'share';

// A screenful and more: what can be seen at once is there at once, and a hostile list stays harmless.
const PAGE_SIZE = 20;

/** Where everybody starts. */
export const INITIAL_BROWSING: Browsing = {
  search: '',
  filter: 'all',
  rowLimit: PAGE_SIZE,
  view: 'flags',
  visited: new Map(),
};

/** A new search starts at the top. */
export function withSearch(browsing: Browsing, search: string): Browsing {
  return { ...browsing, search, rowLimit: PAGE_SIZE };
}

/** Another filter starts at the top. */
export function withFilter(browsing: Browsing, filter: Filter): Browsing {
  return { ...browsing, filter, rowLimit: PAGE_SIZE };
}

/** The next portion of rows. */
export function withMoreRows(browsing: Browsing): Browsing {
  return { ...browsing, rowLimit: browsing.rowLimit + PAGE_SIZE };
}

/** Another view of the site; the list stays where it is. */
export function withView(browsing: Browsing, view: View): Browsing {
  return { ...browsing, view };
}

/**
 * The rows that a person looks for: first those that were overridden when the popup looked first, then those that the
 * page used, then the rest, each in the manifest's order. A click moves no row from under the pointer, and takes none away.
 */
export function visibleRows(
  rows: readonly SiteRow[],
  { search, filter }: Pick<Browsing, 'search' | 'filter'>,
  initiallyOverridden: ReadonlySet<string>,
): readonly SiteRow[] {
  const rank = ({ flag, usage }: SiteRow): number =>
    initiallyOverridden.has(flag.name) ? 0 : usage === undefined ? 2 : 1;
  const isShown: Readonly<Record<Filter, (row: SiteRow) => boolean>> = {
    all: () => true,
    overridden: (row) => row.chosen !== '' || initiallyOverridden.has(row.flag.name),
    page: ({ usage }) => usage !== undefined,
  };
  return searchRows(rows.filter(isShown[filter]), search).toSorted((one, other) => rank(one) - rank(other));
}

/** How many rows each filter has to show. */
export function filterCounts(rows: readonly SiteRow[], orphanCount: number): Readonly<Record<Filter, number>> {
  return {
    all: rows.length,
    overridden: rows.filter(({ chosen }) => chosen !== '').length + orphanCount,
    page: rows.filter(({ usage }) => usage !== undefined).length,
  };
}

/** What is remembered of a site until the browser closes: the filter, and how far one walked through its variants. */
export type SiteMemory = Pick<Browsing, 'filter' | 'visited'>;

/** Where the memory of sites is kept. */
export interface SiteMemoryStorage {
  /** What was kept for an origin, as it was given. */
  read(origin: string): unknown;
  /** Changes what is kept by then, so that two windows lose nothing of each other. */
  change(origin: string, change: (kept: unknown) => object): void;
}

/** The memory as JSON. */
function serializeMemory({ filter, visited }: SiteMemory): object {
  return { filter, visited: [...visited] };
}

/** The memory in whatever was kept, by this version of the extension or another. */
export function parseMemory(stored: unknown): SiteMemory {
  const { filter, visited } = (stored ?? {}) as Partial<Record<keyof SiteMemory, unknown>>;
  return {
    filter: FILTERS.find((one) => one === filter) ?? 'all',
    visited: new Map(Array.isArray(visited) ? visited.filter(isVisitedEntry) : []),
  };
}

function isVisitedEntry(entry: unknown): entry is [string, readonly string[]] {
  if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') return false;
  return Array.isArray(entry[1]) && entry[1].every((variant) => typeof variant === 'string');
}

/** The variants shown, with one more; `''`, no override, forgets those of its flag. */
function withVisited(snapshot: Browsing['visited'], flag: string, variant: string): Browsing['visited'] {
  const shown = snapshot.get(flag);
  if (variant === '' ? shown === undefined : shown?.includes(variant)) return snapshot;
  const next = new Map(snapshot);
  if (variant === '') next.delete(flag);
  else next.set(flag, [...(shown ?? []), variant]);
  return next;
}

/** How one person looks through the flags of one popup, and what of it is remembered for the site. */
export class BrowsingStore {
  readonly #memories: SiteMemoryStorage;
  readonly #onChange: () => void;
  #browsing = INITIAL_BROWSING;
  #origin: string | undefined;

  constructor(memories: SiteMemoryStorage, onChange: () => void) {
    this.#memories = memories;
    this.#onChange = onChange;
  }

  get browsing(): Browsing {
    return this.#browsing;
  }

  /** Looks at a site as it was looked at the last time. */
  openSite(origin: string): void {
    if (origin === this.#origin) return;
    this.#origin = origin;
    const { filter, visited } = parseMemory(this.#memories.read(origin));
    this.#browsing = { ...this.#browsing, filter, visited };
  }

  search(text: string): void {
    this.#become(withSearch(this.#browsing, text));
  }

  filter(filter: Browsing['filter']): void {
    this.#remember((memory) => ({ ...memory, filter }));
    this.#become(withFilter(this.#browsing, filter));
  }

  view(view: Browsing['view']): void {
    this.#become(withView(this.#browsing, view));
  }

  loadMore(): void {
    this.#become(withMoreRows(this.#browsing));
  }

  /** Marks a variant as shown by a walk; `''` ends the walk through its flag. */
  markVisited(flag: string, variant: string): void {
    const snapshot = withVisited(this.#browsing.visited, flag, variant);
    if (snapshot === this.#browsing.visited) return;
    this.#remember((memory) => ({ ...memory, visited: withVisited(memory.visited, flag, variant) }));
    this.#become({ ...this.#browsing, visited: snapshot });
  }

  /** Leaves a view, or else a search; whether there was one to leave. */
  back(): boolean {
    const { view, search } = this.#browsing;
    if (view !== 'flags') this.view('flags');
    else if (search !== '') this.search('');
    else return false;
    return true;
  }

  #remember(change: (memory: SiteMemory) => SiteMemory): void {
    if (this.#origin !== undefined)
      this.#memories.change(this.#origin, (kept) => serializeMemory(change(parseMemory(kept))));
  }

  #become(browsing: Browsing): void {
    this.#browsing = browsing;
    this.#onChange();
  }
}
