import { fireEvent } from '@testing-library/preact';
import { describe, expect, test } from 'vitest';
import { createUndo } from '../../../../extension/app/session/stored-overrides.ts';
import { drawnPopup } from './drawn-popup.tsx';
import { readyState } from './states.ts';

describe('what a reader does is asked for:', () => {
  test('choosing a variant, and none', () => {
    const popup = drawnPopup(readyState({ SEARCH: 'FUZZY' }));

    popup.radio('CHECKOUT', 'ONE_PAGE').click();
    popup.radio('SEARCH', '').click();

    expect(popup.asked).toEqual(['choose CHECKOUT ONE_PAGE', 'choose SEARCH']);
  });

  test('a locked flag asks for nothing', () => {
    const popup = drawnPopup(readyState());

    popup.radio('PAYMENTS', 'OFF').click();

    expect(popup.asked).toEqual([]);
  });

  test('clearing, undoing, reloading', () => {
    const popup = drawnPopup(
      readyState({ SEARCH: 'FUZZY' }, { undo: createUndo('cleared', new Map([['A', 'ON']]), new Map()) }),
    );

    for (const text of ['Clear all overrides', 'Undo', 'Reload page']) popup.button(text)?.click();

    expect(popup.asked).toEqual(['clearAll', 'undo', 'reload']);
  });

  test('searching', () => {
    const popup = drawnPopup(readyState());
    const field = popup.main.querySelector<HTMLInputElement>('input[type=search]');

    if (field) fireEvent.input(field, { target: { value: 'check' } });

    expect(popup.asked).toEqual(['search check']);
  });
});

test('there is nothing to clear without a cookie, and nothing to undo before anything was cleared', () => {
  const popup = drawnPopup(readyState());

  expect(popup.button('Clear all overrides')?.disabled).toBe(true);
  expect(popup.button('Undo')).toBeUndefined();
});

test.each([
  // cleared                   says
  [{ A: 'ON' }, /\b1 override\b/],
  [{ A: 'ON', B: 'ON' }, /\b2 overrides\b/],
])('%j, once cleared, is offered back as a calm fact', (cleared, text) => {
  const popup = drawnPopup(
    readyState({}, { undo: createUndo('cleared', new Map(Object.entries(cleared)), new Map()) }),
  );

  expect(popup.texts('status')).toEqual([expect.stringMatching(text)]);
});
