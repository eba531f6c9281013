import { fireEvent } from '@testing-library/preact';
import { describe, expect, test } from 'vitest';
import { createUndo } from '../../../../extension/app/session/stored-overrides.ts';
import { drawnPopup } from './drawn-popup.tsx';
import { readyState } from './states.ts';

describe('the popup calls the action for', () => {
  test('choosing a variant, and for "Site’s choice"', () => {
    const popup = drawnPopup(readyState({ SEARCH: 'FUZZY' }));

    popup.radio('CHECKOUT', 'ONE_PAGE').click();
    popup.radio('SEARCH', '').click();

    expect(popup.calls).toEqual(['choose CHECKOUT ONE_PAGE', 'choose SEARCH']);
  });

  test('no click on a locked flag', () => {
    const popup = drawnPopup(readyState());

    popup.radio('PAYMENTS', 'OFF').click();

    expect(popup.calls).toEqual([]);
  });

  test('clearing, undoing, reloading', () => {
    const popup = drawnPopup(
      readyState({ SEARCH: 'FUZZY' }, { undo: createUndo('cleared', new Map([['A', 'ON']]), new Map()) }),
    );

    for (const text of ['Clear all choices', 'Undo', 'Reload page']) popup.button(text)?.click();

    expect(popup.calls).toEqual(['clearAll', 'undo', 'reload']);
  });

  test('searching', () => {
    const popup = drawnPopup(readyState());
    const field = popup.main.querySelector<HTMLInputElement>('input[type=search]');

    if (field) fireEvent.input(field, { target: { value: 'check' } });

    expect(popup.calls).toEqual(['search check']);
  });
});

test('without a cookie, clearing is disabled, and before any clearing there is no undo', () => {
  const popup = drawnPopup(readyState());

  expect(popup.button('Clear all choices')?.disabled).toBe(true);
  expect(popup.button('Undo')).toBeUndefined();
});

test.each([
  // cleared                   text
  [{ A: 'ON' }, /\b1 choice\b/],
  [{ A: 'ON', B: 'ON' }, /\b2 choices\b/],
])('after %j was cleared, undo is offered in a calm notice', (cleared, text) => {
  const popup = drawnPopup(
    readyState({}, { undo: createUndo('cleared', new Map(Object.entries(cleared)), new Map()) }),
  );

  expect(popup.texts('status')).toEqual([expect.stringMatching(text)]);
});
