import { fireEvent } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { INITIAL_BROWSING, withMoreRows, withSearch } from '../../../../extension/app/flags/browsing-store.ts';
import { type DrawnPopup, drawnPopup } from '../popup/drawn-popup.tsx';
import { flagsState } from '../popup/states.ts';

const MANY = Array.from({ length: 5_000 }, (_, at) => ({ name: `FLAG_${at + 1}`, variants: ['ON', 'OFF'] }));

const names = ({ main }: DrawnPopup): readonly (string | undefined)[] =>
  [...main.querySelectorAll<HTMLElement>('[data-flag]')].map((row) => row.dataset.flag);

/** Scrolls the list to `top` of `height` pixels, of which 400 can be seen. */
function scroll({ main }: DrawnPopup, top: number, height = 4_000): void {
  const list = main.querySelector<HTMLElement>('[data-flag]')?.parentElement;
  if (!list) throw new Error('no list');
  for (const [name, value] of Object.entries({ scrollHeight: height, clientHeight: 400, scrollTop: top })) {
    Object.defineProperty(list, name, { value, configurable: true });
  }
  fireEvent.scroll(list);
}

test('of 5,000 flags only the first portion is drawn, in the manifest’s order', () => {
  const popup = drawnPopup(flagsState(MANY));

  expect(names(popup)).toEqual(MANY.slice(0, INITIAL_BROWSING.rowLimit).map(({ name }) => name));
});

test('reading on draws the next portion and leaves the first as it was', () => {
  const state = flagsState(MANY);
  const popup = drawnPopup(state);
  const first = popup.row('FLAG_1');

  popup.redraw(state, withMoreRows(INITIAL_BROWSING));

  expect(names(popup)).toHaveLength(2 * INITIAL_BROWSING.rowLimit);
  expect(popup.row('FLAG_1')).toBe(first);
});

test('the search reaches every flag, also one that was not drawn', () => {
  const popup = drawnPopup(flagsState(MANY), withSearch(INITIAL_BROWSING, 'flag_4999'));

  expect(names(popup)).toEqual(['FLAG_4999']);
});

test('a search that finds many draws a portion of them', () => {
  const popup = drawnPopup(flagsState(MANY), withSearch(INITIAL_BROWSING, 'FLAG_4'));

  expect(names(popup)).toHaveLength(INITIAL_BROWSING.rowLimit);
  expect(names(popup).every((name) => name?.includes('FLAG_4'))).toBe(true);
});

test('the search field says how many flags there are and what is searched for', () => {
  const { main } = drawnPopup(flagsState(MANY), withSearch(INITIAL_BROWSING, 'flag_7'));
  const field = main.querySelector<HTMLInputElement>('input[type=search]');

  expect(field?.value).toBe('flag_7');
  expect(field?.placeholder).toMatch(/5,?000/);
});

test.each([
  // scrolled to  asks for more
  [0, []],
  [2_000, []],
  [3_000, ['readOn']],
  [3_600, ['readOn']],
])('scrolled to %i of 4,000 pixels, the list asks for %j', (top, asked) => {
  const popup = drawnPopup(flagsState(MANY));

  scroll(popup, top);

  expect(popup.asked).toEqual(asked);
});

test('a list that is drawn to its end asks for nothing more', () => {
  const popup = drawnPopup(flagsState(MANY.slice(0, INITIAL_BROWSING.rowLimit)));

  scroll(popup, 3_600);

  expect(popup.asked).toEqual([]);
});

test('while somebody searches, overrides of flags that are not listed keep out of the way', () => {
  const state = flagsState(MANY.slice(0, 3), { GONE: 'ON' });

  const leftovers = [INITIAL_BROWSING, withSearch(INITIAL_BROWSING, 'FLAG_1')].map(
    (browsing) => drawnPopup(state, browsing).main.querySelectorAll('[aria-label^="Leftover"]').length,
  );

  expect(leftovers).toEqual([1, 0]);
});
