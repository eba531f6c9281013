import { expect, test } from 'vitest';
import {
  type Browsing,
  type Filter,
  filterCounts,
  INITIAL_BROWSING,
  visibleRows,
  withFilter,
  withMoreRows,
  withSearch,
  withView,
} from '../../../../extension/app/flags/browsing-store.ts';
import type { SiteRow } from '../../../../extension/app/flags/flag-rows.ts';

/** A row with the fields that search and filter use. */
function row(name: string, { chosen = '', isOnPage = false } = {}): SiteRow {
  return {
    flag: { name, variants: ['ON', 'OFF'], overridable: true },
    chosen,
    readOnly: undefined,
    warning: undefined,
    usage: isOnPage ? { rendered: 'ON', latest: 'ON', requests: 0 } : undefined,
    stale: undefined,
    isExpired: false,
    redundant: undefined,
  };
}

const found = (rows: readonly SiteRow[], browsing: Partial<Browsing> = {}, first: readonly string[] = []): string =>
  visibleRows(rows, { ...INITIAL_BROWSING, ...browsing }, new Set(first))
    .map(({ flag }) => flag.name)
    .join(' ');

test('the popup opens with all flags, no search, and more rows than fit on a screen', () => {
  expect(INITIAL_BROWSING).toMatchObject({ search: '', filter: 'all', view: 'flags' });
  expect(INITIAL_BROWSING.rowLimit).toBeGreaterThanOrEqual(20);
  expect(INITIAL_BROWSING.rowLimit).toBeLessThanOrEqual(100);
});

test('loading more draws further rows and keeps the search', () => {
  const further = withMoreRows(withMoreRows(withSearch(INITIAL_BROWSING, 'check')));

  expect(further).toMatchObject({ search: 'check', rowLimit: 3 * INITIAL_BROWSING.rowLimit });
});

test('a new search or filter returns to the top; another view keeps the list’s position', () => {
  const further = withMoreRows(INITIAL_BROWSING);

  expect(withSearch(further, 'check').rowLimit).toBe(INITIAL_BROWSING.rowLimit);
  expect(withFilter(further, 'page').rowLimit).toBe(INITIAL_BROWSING.rowLimit);
  expect(withView(further, 'help').rowLimit).toBe(further.rowLimit);
});

test('flags overridden at opening come first, then those that the page used, then the rest, in the manifest’s order', () => {
  const rows = [row('A'), row('B', { isOnPage: true }), row('C'), row('D', { isOnPage: true }), row('E')];

  expect(found(rows, {}, ['E', 'D'])).toBe('D E B A C');
});

test('overriding a flag does not move its row', () => {
  expect(found([row('A'), row('B', { chosen: 'ON' })])).toBe('A B');
});

test.each([
  // filter               shows
  ['all', 'C D A B'],
  ['overridden', 'C B'],
  ['page', 'D'],
] satisfies [Filter, string][])('the filter %s shows %s; flags overridden at opening stay visible', (filter, shown) => {
  const rows = [row('A'), row('B', { chosen: 'ON' }), row('C'), row('D', { isOnPage: true })];

  expect(found(rows, { filter }, ['C'])).toBe(shown);
});

test('search and filter apply together', () => {
  const rows = [row('SEARCH', { isOnPage: true }), row('CHECKOUT', { isOnPage: true }), row('SEARCH_OLD')];

  expect(found(rows, { filter: 'page', search: 'search' })).toBe('SEARCH');
});

test('each filter has the number of its rows, and overrides of unlisted flags count as overridden', () => {
  const rows = [row('A', { chosen: 'ON', isOnPage: true }), row('B', { isOnPage: true }), row('C')];

  expect(filterCounts(rows, 2)).toEqual({ all: 3, overridden: 3, page: 2 });
});
