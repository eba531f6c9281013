import { type SiteRow, searchRows } from './flag-rows.ts';

/** Which rows are shown. */
export const FILTERS = ['all', 'overridden', 'page'] as const;
export type Filter = (typeof FILTERS)[number];

/** The user's position in the popup: search, filter and view. Neither the site nor the cookie contains it. */
export interface Browsing {
  readonly search: string;
  readonly filter: Filter;
  /** The number of rows that are rendered; more are rendered as the user scrolls. */
  readonly rowLimit: number;
  readonly view: View;
  /** The variants, by flag, that cycling through them has shown. */
  readonly visited: ReadonlyMap<string, readonly string[]>;
}

/** Which view of the popup is shown. */
export type View = 'flags' | 'help' | 'scenarios' | 'share' | 'view-as';

// More than fits on a screen, and few enough that a hostile manifest cannot slow the popup down.
const PAGE_SIZE = 20;

/** The state in which the popup opens. */
export const INITIAL_BROWSING: Browsing = {
  search: '',
  filter: 'all',
  rowLimit: PAGE_SIZE,
  view: 'flags',
  visited: new Map(),
};

/** Changes the search, and returns to the top of the list. */
export function withSearch(browsing: Browsing, search: string): Browsing {
  return { ...browsing, search, rowLimit: PAGE_SIZE };
}

/** Changes the filter, and returns to the top of the list. */
export function withFilter(browsing: Browsing, filter: Filter): Browsing {
  return { ...browsing, filter, rowLimit: PAGE_SIZE };
}

/** Renders one more page of rows. */
export function withMoreRows(browsing: Browsing): Browsing {
  return { ...browsing, rowLimit: browsing.rowLimit + PAGE_SIZE };
}

/** Changes the view; the list keeps its position. */
export function withView(browsing: Browsing, view: View): Browsing {
  return { ...browsing, view };
}

/**
 * The rows that match the search and the filter: first the flags that were overridden when the popup opened, then those
 * that the page used, then the rest, each group in the manifest's order. A click neither moves nor removes a row.
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

/** The number of rows that each filter shows. */
export function filterCounts(rows: readonly SiteRow[], orphanCount: number): Readonly<Record<Filter, number>> {
  return {
    all: rows.length,
    overridden: rows.filter(({ chosen }) => chosen !== '').length + orphanCount,
    page: rows.filter(({ usage }) => usage !== undefined).length,
  };
}

/** What is stored for a site until the browser closes: the filter, and the variants that cycling has shown. */
export type SiteMemory = Pick<Browsing, 'filter' | 'visited'>;

/** Stores a memory for each site. */
export interface SiteMemoryStorage {
  /** Returns the stored value for an origin, unparsed. */
  read(origin: string): unknown;
  /** Applies a change to the latest stored value, so that two windows do not lose each other's changes. */
  change(origin: string, change: (stored: unknown) => object): void;
}

/** Converts a memory to JSON values. */
function serializeMemory({ filter, visited }: SiteMemory): object {
  return { filter, visited: [...visited] };
}

/** Parses a stored memory, which another version of the extension may have written. */
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

/** Adds a variant to those shown; `''` removes all variants of the flag. */
function withVisited(visited: Browsing['visited'], flag: string, variant: string): Browsing['visited'] {
  const shown = visited.get(flag);
  if (variant === '' ? shown === undefined : shown?.includes(variant)) return visited;
  const next = new Map(visited);
  if (variant === '') next.delete(flag);
  else next.set(flag, [...(shown ?? []), variant]);
  return next;
}

/** Holds the search, filter and view of one popup, and stores part of them for the site. */
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

  /** Restores the filter and the visited variants that are stored for a site. */
  openSite(origin: string): void {
    if (origin === this.#origin) return;
    this.#origin = origin;
    const { filter, visited } = parseMemory(this.#memories.read(origin));
    this.#browsing = { ...this.#browsing, filter, visited };
  }

  search(text: string): void {
    this.#setBrowsing(withSearch(this.#browsing, text));
  }

  filter(filter: Browsing['filter']): void {
    this.#storeMemory((memory) => ({ ...memory, filter }));
    this.#setBrowsing(withFilter(this.#browsing, filter));
  }

  view(view: Browsing['view']): void {
    this.#setBrowsing(withView(this.#browsing, view));
  }

  loadMore(): void {
    this.#setBrowsing(withMoreRows(this.#browsing));
  }

  /** Marks a variant as shown while cycling; `''` clears the marks of its flag. */
  markVisited(flag: string, variant: string): void {
    const visited = withVisited(this.#browsing.visited, flag, variant);
    if (visited === this.#browsing.visited) return;
    this.#storeMemory((memory) => ({ ...memory, visited: withVisited(memory.visited, flag, variant) }));
    this.#setBrowsing({ ...this.#browsing, visited });
  }

  /** Closes the view, or else clears the search. Returns whether there was anything to close or clear. */
  back(): boolean {
    const { view, search } = this.#browsing;
    if (view !== 'flags') this.view('flags');
    else if (search !== '') this.search('');
    else return false;
    return true;
  }

  #storeMemory(change: (memory: SiteMemory) => SiteMemory): void {
    if (this.#origin !== undefined)
      this.#memories.change(this.#origin, (stored) => serializeMemory(change(parseMemory(stored))));
  }

  #setBrowsing(browsing: Browsing): void {
    this.#browsing = browsing;
    this.#onChange();
  }
}
