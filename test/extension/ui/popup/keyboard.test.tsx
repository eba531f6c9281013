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

const asked: string[] = [];
let canGoBack = false;

// Once: the popup listens for as long as it is there.
bindKeys(document, {
  reload: () => void asked.push('reload'),
  cycleVariant: (flag, by) => void asked.push(`walk ${flag} ${by}`),
  loadMore: () => void asked.push('readOn'),
  view: (view) => void asked.push(`view ${view}`),
  back: () => {
    asked.push('back');
    return canGoBack;
  },
});

beforeEach(() => {
  asked.length = 0;
  canGoBack = false;
});
afterEach(() => (document.activeElement as HTMLElement | null)?.blur());

/** Presses a key where the focus is; whether the key still means what it always does. */
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

test('the arrows go from flag to flag, to what is chosen in each, and into the search above the first', () => {
  opened({ B: 'Y' });

  const stops = ['/', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowUp'].map((key) => {
    press(key);
    return focused();
  });

  // B is overridden, so it stands first; what is locked is only read.
  expect(stops).toEqual(['search', 'B=Y', 'A=', 'LOCKED=', 'A=', 'B=Y', 'search']);
});

test('at the end of what is drawn, more is asked for', () => {
  const many = Array.from({ length: 2 * INITIAL_BROWSING.rowLimit }, (_, at) => ({ name: `F${at}`, variants: ['ON'] }));
  const popup = drawnPopup(flagsState(many));
  const [last] = [...popup.main.querySelectorAll<HTMLElement>('[data-flag] input')].slice(-2);
  last?.focus();

  press('ArrowDown');
  popup.redraw(flagsState(many), withMoreRows(INITIAL_BROWSING));
  press('ArrowDown');

  expect(asked).toEqual(['readOn']);
  expect(focused()).toBe(`F${INITIAL_BROWSING.rowLimit}=`);
});

test('a digit chooses that variant of the flag that has the focus, and 0 takes the override away', () => {
  const popup = opened();
  popup.radio('B', 'X').focus();

  for (const key of ['3', '0', '9']) press(key);

  expect(popup.asked).toEqual(['choose B Z', 'choose B']);
});

test('a digit changes nothing of a flag that is locked', () => {
  const popup = opened();
  popup.row('LOCKED').focus();

  press('1');

  expect(popup.asked).toEqual([]);
});

test('brackets walk through the variants of the flag that has the focus', () => {
  const popup = opened();
  popup.radio('A', '').focus();

  press(']');
  press('[');

  expect(asked).toEqual(['walk A 1', 'walk A -1']);
});

test('r reloads, ? helps, and Escape is the browser’s where there is nothing to go back from', () => {
  opened();

  const isStillTheBrowsers = ['r', '?', 'Escape'].map(press);
  canGoBack = true;
  isStillTheBrowsers.push(press('Escape'));

  expect(asked).toEqual(['reload', 'view help', 'back', 'back']);
  expect(isStillTheBrowsers).toEqual([false, false, true, false]);
});

test('in the search field, letters and digits are text', () => {
  opened();
  press('/');

  for (const key of ['r', '1', '?', '/', '[']) expect(press(key)).toBe(true);
  expect(asked).toEqual([]);
});

test('the help names every key, and leads back', () => {
  const popup = drawnPopup(flagsState(FLAGS), withView(INITIAL_BROWSING, 'help'));

  const keys = [...popup.main.querySelectorAll('kbd')].map(({ textContent }) => textContent);
  popup.button('Back')?.click();

  expect(keys).toEqual(['/', '↑', '↓', '1', '…', '9', '0', '[', ']', 'r', '?', 'Esc']);
  expect(popup.asked).toEqual(['view flags']);
});
