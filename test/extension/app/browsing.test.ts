import { expect, test } from 'vitest';
import {
  type Browsing,
  FIRST_LOOK,
  type Filter,
  filterCounts,
  filtering,
  foundRows,
  readingOn,
  searching,
  viewing,
} from '../../../extension/app/browsing.ts';
import type { SiteRow } from '../../../extension/app/site-rows.ts';

/** A row as far as looking for it goes. */
function row(name: string, { chosen = '', isOnPage = false } = {}): SiteRow {
  return {
    flag: { name, variants: ['ON', 'OFF'], overridable: true },
    chosen,
    readOnly: undefined,
    doubt: undefined,
    use: isOnPage ? { rendered: 'ON', latest: 'ON', requests: 0 } : undefined,
    stale: undefined,
    isExpired: false,
    idle: undefined,
  };
}

const found = (rows: readonly SiteRow[], browsing: Partial<Browsing> = {}, first: readonly string[] = []): string =>
  foundRows(rows, { ...FIRST_LOOK, ...browsing }, new Set(first))
    .map(({ flag }) => flag.name)
    .join(' ');

test('everybody starts with all flags, without a search, and with more rows than a popup can show at once', () => {
  expect(FIRST_LOOK).toMatchObject({ search: '', filter: 'all', view: 'flags' });
  expect(FIRST_LOOK.drawn).toBeGreaterThanOrEqual(20);
  expect(FIRST_LOOK.drawn).toBeLessThanOrEqual(100);
});

test('reading on draws further rows and keeps the search', () => {
  const further = readingOn(readingOn(searching(FIRST_LOOK, 'check')));

  expect(further).toMatchObject({ search: 'check', drawn: 3 * FIRST_LOOK.drawn });
});

test('a new search and another filter start at the top; another view leaves the list where it is', () => {
  const further = readingOn(FIRST_LOOK);

  expect(searching(further, 'check').drawn).toBe(FIRST_LOOK.drawn);
  expect(filtering(further, 'page').drawn).toBe(FIRST_LOOK.drawn);
  expect(viewing(further, 'help').drawn).toBe(further.drawn);
});

test('flags that were overridden at first stand first, then those that the page used, then the rest, each as listed', () => {
  const rows = [row('A'), row('B', { isOnPage: true }), row('C'), row('D', { isOnPage: true }), row('E')];

  expect(found(rows, {}, ['E', 'D'])).toBe('D E B A C');
});

test('a flag that is overridden now stays where it was, so that no row moves under the pointer', () => {
  expect(found([row('A'), row('B', { chosen: 'ON' })])).toBe('A B');
});

test.each([
  // filter               shows
  ['all', 'C D A B'],
  ['overridden', 'C B'],
  ['page', 'D'],
] satisfies [Filter, string][])(
  'the filter %s shows %s; what was overridden at first stays in sight',
  (filter, shown) => {
    const rows = [row('A'), row('B', { chosen: 'ON' }), row('C'), row('D', { isOnPage: true })];

    expect(found(rows, { filter }, ['C'])).toBe(shown);
  },
);

test('search and filter hold together', () => {
  const rows = [row('SEARCH', { isOnPage: true }), row('CHECKOUT', { isOnPage: true }), row('SEARCH_OLD')];

  expect(found(rows, { filter: 'page', search: 'search' })).toBe('SEARCH');
});

test('each filter tells how many rows it has, and overrides of flags that are not listed count as overridden', () => {
  const rows = [row('A', { chosen: 'ON', isOnPage: true }), row('B', { isOnPage: true }), row('C')];

  expect(filterCounts(rows, 2)).toEqual({ all: 3, overridden: 3, page: 2 });
});
