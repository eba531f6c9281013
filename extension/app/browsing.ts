import { matching } from './flag-rows.ts';
import type { SiteRow } from './site-rows.ts';

/** Which rows are shown. */
export const FILTERS = ['all', 'overridden', 'page'] as const;
export type Filter = (typeof FILTERS)[number];

/** How a person looks through the flags: nothing that the site or the cookie knows of. */
export interface Browsing {
  readonly search: string;
  readonly filter: Filter;
  /** How many rows are drawn; more are drawn as the reader scrolls. */
  readonly drawn: number;
  readonly view: View;
  /** The variants of a flag that a walk through them has shown. */
  readonly visited: ReadonlyMap<string, readonly string[]>;
}

/** What is seen of the site. */
export type View = 'flags' | 'help' | 'scenarios' | 'share';

// A screenful and more: what can be seen at once is there at once, and a hostile list stays harmless.
const PORTION = 20;

/** Where everybody starts. */
export const FIRST_LOOK: Browsing = { search: '', filter: 'all', drawn: PORTION, view: 'flags', visited: new Map() };

/** A new search starts at the top. */
export function searching(browsing: Browsing, search: string): Browsing {
  return { ...browsing, search, drawn: PORTION };
}

/** Another filter starts at the top. */
export function filtering(browsing: Browsing, filter: Filter): Browsing {
  return { ...browsing, filter, drawn: PORTION };
}

/** The next portion of rows. */
export function readingOn(browsing: Browsing): Browsing {
  return { ...browsing, drawn: browsing.drawn + PORTION };
}

/** Another view of the site; the list stays where it is. */
export function viewing(browsing: Browsing, view: View): Browsing {
  return { ...browsing, view };
}

/**
 * The rows that a person looks for: first those that were overridden when the popup looked first, then those that the
 * page used, then the rest, each in the manifest's order. A click moves no row from under the pointer, and takes none away.
 */
export function foundRows(
  rows: readonly SiteRow[],
  { search, filter }: Pick<Browsing, 'search' | 'filter'>,
  overriddenFirst: ReadonlySet<string>,
): readonly SiteRow[] {
  const rank = ({ flag, use }: SiteRow): number => (overriddenFirst.has(flag.name) ? 0 : use === undefined ? 2 : 1);
  const isShown: Readonly<Record<Filter, (row: SiteRow) => boolean>> = {
    all: () => true,
    overridden: (row) => row.chosen !== '' || overriddenFirst.has(row.flag.name),
    page: ({ use }) => use !== undefined,
  };
  return matching(rows.filter(isShown[filter]), search).toSorted((one, other) => rank(one) - rank(other));
}

/** How many rows each filter has to show. */
export function filterCounts(rows: readonly SiteRow[], leftovers: number): Readonly<Record<Filter, number>> {
  return {
    all: rows.length,
    overridden: rows.filter(({ chosen }) => chosen !== '').length + leftovers,
    page: rows.filter(({ use }) => use !== undefined).length,
  };
}
