import { afterEach, beforeEach, expect, test } from 'vitest';
import { INITIAL_BROWSING, withMoreRows, withView } from '../../../../extension/app/flags/browsing-store.ts';
import { bindKeys } from '../../../../extension/ui/popup/keyboard.ts';
import { type DrawnPopup, drawnPopup } from './drawn-popup.tsx';
import { flagsState } from './states.ts';

const FLAGS = [
  { name: 'A', variants: ['ON', 'OFF'] },
  { name: 'LOCKED', variants: ['ON', 'OFF'], overridable: false },
  { name: 'B', variants: ['X', 'Y', 'Z'] },
];

const calls: string[] = [];
let canGoBack = false;

// Called once, as in the popup: the listener stays on the document.
bindKeys(document, {
  reload: () => void calls.push('reload'),
  cycleVariant: (flag, by) => void calls.push(`cycleVariant ${flag} ${by}`),
  loadMore: () => void calls.push('loadMore'),
  view: (view) => void calls.push(`view ${view}`),
  back: () => {
    calls.push('back');
    return canGoBack;
  },
});

beforeEach(() => {
  calls.length = 0;
  canGoBack = false;
});
afterEach(() => (document.activeElement as HTMLElement | null)?.blur());

/** Presses a key on the focused element; returns whether the browser still handles the key. */
function press(key: string): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  return (document.activeElement ?? document.body).dispatchEvent(event);
}

function focused(): string {
  const element = document.activeElement as HTMLInputElement | null;
  const flag = element?.closest<HTMLElement>('[data-flag]')?.dataset.flag;
  return flag === undefined ? (element?.type ?? '') : `${flag}=${element?.value ?? ''}`;
}

const opened = (overrides = {}): DrawnPopup => drawnPopup(flagsState(FLAGS, overrides));

test('the arrow keys move between flags, to the chosen variant of each, and from the first to the search field', () => {
  opened({ B: 'Y' });

  const stops = ['/', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowUp'].map((key) => {
    press(key);
    return focused();
  });

  // B is overridden, so it comes first; a locked flag has the focus on its row.
  expect(stops).toEqual(['search', 'B=Y', 'A=', 'LOCKED=', 'A=', 'B=Y', 'search']);
});

test('at the last drawn flag, the down arrow loads more', () => {
  const many = Array.from({ length: 2 * INITIAL_BROWSING.rowLimit }, (_, at) => ({ name: `F${at}`, variants: ['ON'] }));
  const popup = drawnPopup(flagsState(many));
  const [last] = [...popup.main.querySelectorAll<HTMLElement>('[data-flag] input')].slice(-2);
  last?.focus();

  press('ArrowDown');
  popup.redraw(flagsState(many), withMoreRows(INITIAL_BROWSING));
  press('ArrowDown');

  expect(calls).toEqual(['loadMore']);
  expect(focused()).toBe(`F${INITIAL_BROWSING.rowLimit}=`);
});

test('a digit chooses that variant of the focused flag, and 0 removes the override', () => {
  const popup = opened();
  popup.radio('B', 'X').focus();

  for (const key of ['3', '0', '9']) press(key);

  expect(popup.calls).toEqual(['choose B Z', 'choose B']);
});

test('a digit does not change a locked flag', () => {
  const popup = opened();
  popup.row('LOCKED').focus();

  press('1');

  expect(popup.calls).toEqual([]);
});

test('brackets cycle through the variants of the focused flag', () => {
  const popup = opened();
  popup.radio('A', '').focus();

  press(']');
  press('[');

  expect(calls).toEqual(['cycleVariant A 1', 'cycleVariant A -1']);
});

test('r reloads, ? opens the help, and the browser handles Escape if there is no view to close', () => {
  opened();

  const isLeftToBrowser = ['r', '?', 'Escape'].map(press);
  canGoBack = true;
  isLeftToBrowser.push(press('Escape'));

  expect(calls).toEqual(['reload', 'view help', 'back', 'back']);
  expect(isLeftToBrowser).toEqual([false, false, true, false]);
});

test('in the search field, letters and digits are typed', () => {
  opened();
  press('/');

  for (const key of ['r', '1', '?', '/', '[']) expect(press(key)).toBe(true);
  expect(calls).toEqual([]);
});

test('the help lists every key, and "Back" closes it', () => {
  const popup = drawnPopup(flagsState(FLAGS), withView(INITIAL_BROWSING, 'help'));

  const keys = [...popup.main.querySelectorAll('kbd')].map(({ textContent }) => textContent);
  popup.button('Back')?.click();

  expect(keys).toEqual(['/', '↑', '↓', '1', '…', '9', '0', '[', ']', 'r', '?', 'Esc']);
  expect(popup.calls).toEqual(['view flags']);
});
