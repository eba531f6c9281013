import { fireEvent } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { INITIAL_BROWSING, withMoreRows, withSearch } from '../../../../extension/app/flags/browsing-store.ts';
import { type DrawnPopup, drawnPopup } from '../popup/drawn-popup.tsx';
import { flagsState } from '../popup/states.ts';

const MANY = Array.from({ length: 5_000 }, (_, at) => ({ name: `FLAG_${at + 1}`, variants: ['ON', 'OFF'] }));

const names = ({ main }: DrawnPopup): readonly (string | undefined)[] =>
  [...main.querySelectorAll<HTMLElement>('[data-flag]')].map((row) => row.dataset.flag);

/** Scrolls the list to `top` of `height` pixels, of which 400 are visible. */
function scroll({ main }: DrawnPopup, top: number, height = 4_000): void {
  const list = main.querySelector<HTMLElement>('[data-flag]')?.parentElement;
  if (!list) throw new Error('no list');
  for (const [name, value] of Object.entries({ scrollHeight: height, clientHeight: 400, scrollTop: top })) {
    Object.defineProperty(list, name, { value, configurable: true });
  }
  fireEvent.scroll(list);
}

test('only the first page of 5,000 flags is rendered, in the manifest’s order', () => {
  const popup = drawnPopup(flagsState(MANY));

  expect(names(popup)).toEqual(MANY.slice(0, INITIAL_BROWSING.rowLimit).map(({ name }) => name));
});

test('loading more draws the next portion and keeps the first', () => {
  const state = flagsState(MANY);
  const popup = drawnPopup(state);
  const first = popup.row('FLAG_1');

  popup.redraw(state, withMoreRows(INITIAL_BROWSING));

  expect(names(popup)).toHaveLength(2 * INITIAL_BROWSING.rowLimit);
  expect(popup.row('FLAG_1')).toBe(first);
});

test('the search finds every flag, also one that was not drawn', () => {
  const popup = drawnPopup(flagsState(MANY), withSearch(INITIAL_BROWSING, 'flag_4999'));

  expect(names(popup)).toEqual(['FLAG_4999']);
});

test('a search with many matches draws a portion of them', () => {
  const popup = drawnPopup(flagsState(MANY), withSearch(INITIAL_BROWSING, 'FLAG_4'));

  expect(names(popup)).toHaveLength(INITIAL_BROWSING.rowLimit);
  expect(names(popup).every((name) => name?.includes('FLAG_4'))).toBe(true);
});

test('the search field shows the number of flags and the search text', () => {
  const { main } = drawnPopup(flagsState(MANY), withSearch(INITIAL_BROWSING, 'flag_7'));
  const field = main.querySelector<HTMLInputElement>('input[type=search]');

  expect(field?.value).toBe('flag_7');
  expect(field?.placeholder).toMatch(/5,?000/);
});

test.each([
  // what                    scrolled to  calls
  ['loads no more rows', 0, []],
  ['loads no more rows', 2_000, []],
  ['loads more rows', 3_000, ['loadMore']],
  ['loads more rows', 3_600, ['loadMore']],
])('the list %s at %i of 4,000 pixels', (_, top, calls) => {
  const popup = drawnPopup(flagsState(MANY));

  scroll(popup, top);

  expect(popup.calls).toEqual(calls);
});

test('a completely drawn list does not load more', () => {
  const popup = drawnPopup(flagsState(MANY.slice(0, INITIAL_BROWSING.rowLimit)));

  scroll(popup, 3_600);

  expect(popup.calls).toEqual([]);
});

test('overrides of unlisted flags are hidden during a search', () => {
  const state = flagsState(MANY.slice(0, 3), { GONE: 'ON' });

  const orphanCounts = [INITIAL_BROWSING, withSearch(INITIAL_BROWSING, 'FLAG_1')].map(
    (browsing) => drawnPopup(state, browsing).main.querySelectorAll('[aria-label^="Leftover"]').length,
  );

  expect(orphanCounts).toEqual([1, 0]);
});
