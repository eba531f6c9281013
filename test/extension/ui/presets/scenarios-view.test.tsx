import { fireEvent } from '@testing-library/preact';
import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withView } from '../../../../extension/app/flags/browsing-store.ts';
import type { Presets } from '../../../../extension/app/presets/presets.ts';
import { INITIAL_PRESETS, type PresetsState } from '../../../../extension/app/presets/presets-store.ts';
import { INITIAL_SHARING, type SharingState } from '../../../../extension/app/sharing/sharing-store.ts';
import { type DrawnPopup, drawnPopup } from '../popup/drawn-popup.tsx';
import { documentState, readyState } from '../popup/states.ts';
import { planned } from '../sharing/planned.ts';

const SCENARIOS = withView(INITIAL_BROWSING, 'scenarios');
const sharing = (changes: Partial<SharingState>): SharingState => ({ ...INITIAL_SHARING, ...changes });

describe('scenarios', () => {
  const state = documentState({
    gatekeeper: 1,
    overrides: { state: 'enabled' },
    flags: [{ name: 'A', variants: ['ON', 'OFF'] }],
    scenarios: [{ name: 'Launch <b>', description: 'What comes', overrides: { A: 'ON', GONE: 'ON' } }],
  });

  test('of the site are listed, and a click expands one', () => {
    const popup = drawnPopup(state, SCENARIOS);

    popup.button('Launch <b> 2 choices')?.click();

    expect(planned(popup)).toEqual([]);
    expect(popup.calls).toEqual(['expand site Launch <b>']);
  });

  const saved = (presets: Presets, changes: Partial<PresetsState> = {}): PresetsState => ({
    ...INITIAL_PRESETS,
    sites: new Map([[state.origin, presets]]),
    ...changes,
  });

  test('that are expanded show their changes, and are applied by a click', () => {
    const popup = drawnPopup(state, SCENARIOS, sharing({ expanded: { by: 'site', name: 'Launch <b>' } }));

    popup.button('Add to yours')?.click();

    expect(planned(popup)).toEqual(['A Site’s choice → ON', 'GONE Ignored: the site does not know this flag.']);
    expect(popup.calls).toEqual(['apply [["A","ON"],["GONE","ON"]] add']);
  });

  test('of the user are moved, renamed, deleted and restored', () => {
    const presets = ['One', 'Two', 'Three'].map((name) => ({ name, overrides: { A: 'ON' } }));
    const popup = drawnPopup(
      state,
      SCENARIOS,
      sharing({ expanded: { by: 'user', name: 'Two' } }),
      saved(presets, { deleted: { origin: state.origin, preset: { name: 'Four', overrides: {} }, at: 0 } }),
    );

    for (const text of ['Move up', 'Move down', 'Delete', 'Undo']) popup.button(text)?.click();
    name(popup, 'New name for Two', 'Zwei');

    expect(popup.calls).toEqual(['move Two -1', 'move Two 1', 'delete Two', 'restore', 'rename Two Zwei']);
    expect(popup.texts('status')).toEqual(['Four deleted. Undo']);
  });

  test('cannot be moved up from the first position, nor down from the last', () => {
    const presets = [{ name: 'One', overrides: {} }];
    const popup = drawnPopup(state, SCENARIOS, sharing({ expanded: { by: 'user', name: 'One' } }), saved(presets));

    expect([popup.button('Move up')?.disabled, popup.button('Move down')?.disabled]).toEqual([true, true]);
  });

  test('are saved from the current overrides; without any, the button is disabled', () => {
    const popup = drawnPopup(readyState({ SEARCH: 'FUZZY' }), SCENARIOS);

    name(popup, 'Name', 'Fuzzy search');

    expect(popup.calls).toEqual(['save Fuzzy search SEARCH']);
    expect(drawnPopup(readyState(), SCENARIOS).button('Save current choices')?.disabled).toBe(true);
  });

  test.each([
    // error   message
    ['full', /this site has 100 saved scenarios/],
    ['taken', /Another scenario has this name/],
    ['nameless', /Enter a name/],
    ['not-kept', /browser could not save the scenario/],
  ] as const)('that cannot be saved show the error %s', (error, text) => {
    const popup = drawnPopup(state, SCENARIOS, INITIAL_SHARING, saved([], { error: { reason: error } }));

    expect(popup.texts('alert')).toEqual([expect.stringMatching(text)]);
  });

  test('are closed by "Back"', () => {
    const popup = drawnPopup(state, SCENARIOS);

    popup.button('Back')?.click();

    expect(popup.calls).toEqual(['view flags']);
  });

  function name({ main }: DrawnPopup, label: string, text: string): void {
    const field = main.querySelector<HTMLInputElement>(`input[aria-label="${label}"]`);
    if (field?.form == null) throw new Error(`no field ${label}`);
    field.value = text;
    fireEvent.submit(field.form);
  }
});
