import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withView } from '../../../../extension/app/flags/browsing-store.ts';
import { INITIAL_SHARING, type SharingState } from '../../../../extension/app/sharing/sharing-store.ts';
import { drawnPopup } from '../popup/drawn-popup.tsx';
import { readyState } from '../popup/states.ts';
import { planned } from './planned.ts';

const SHARE = withView(INITIAL_BROWSING, 'share');
const sharing = (changes: Partial<SharingState>): SharingState => ({ ...INITIAL_SHARING, ...changes });

describe('sharing', () => {
  test('copies in each format', () => {
    const popup = drawnPopup(readyState({ SEARCH: 'FUZZY' }), SHARE);

    for (const form of ['link', 'as JSON', 'as cURL', 'as Playwright', 'as Cypress', 'report'])
      popup.button(`Copy ${form}`)?.click();

    expect(popup.calls).toEqual([
      'copy link',
      'copy json',
      'copy curl',
      'copy playwright',
      'copy cypress',
      'copy report',
    ]);
  });

  test('without overrides offers only the report', () => {
    const popup = drawnPopup(readyState(), SHARE);

    expect(popup.button('Copy link')?.disabled).toBe(true);
    expect(popup.button('Copy report')?.disabled).toBe(false);
  });

  test.each([
    // written   role      text
    [true, 'status', 'Copied'],
    [false, 'alert', expect.stringContaining('blocked copying')],
  ] as const)('shows the copied string; written to the clipboard: %j, role: %s', (isWritten, role, notice) => {
    const text = 'curl <b>';

    const popup = drawnPopup(readyState(), SHARE, sharing({ copied: { copy: 'curl', text, isWritten } }));

    expect(popup.texts(role)).toEqual([notice]);
    expect(popup.main.querySelector<HTMLTextAreaElement>('.copied textarea')?.value).toBe(text);
  });

  test.each([
    // pasted  message
    ['{', /neither JSON nor a link/],
    ['[]', /not an object of flags and variants/],
    [`"${'x'.repeat(70_000)}"`, /too large/],
  ])('shows an error for the pasted string %.20s', (pasted, text) => {
    expect(drawnPopup(readyState(), SHARE, sharing({ pasted })).texts('alert')).toEqual([expect.stringMatching(text)]);
  });

  test('previews pasted overrides, and applies them on a click', () => {
    const popup = drawnPopup(
      readyState({ SEARCH: 'FUZZY' }),
      SHARE,
      sharing({ pasted: '{"CHECKOUT":"GONE","SEARCH":"EXACT","<b>":1}' }),
    );
    const before = planned(popup);

    popup.button('Add to yours')?.click();

    expect(before).toEqual([
      'SEARCH FUZZY → EXACT',
      'CHECKOUT Ignored: the flag has no variant GONE.',
      '<b> Ignored: the site does not know this flag.',
    ]);
    expect(popup.calls).toEqual(['apply [["CHECKOUT","GONE"],["SEARCH","EXACT"],["<b>",1]] add']);
  });

  test('draws at most 300 pasted entries', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`F${at}`, 'ON'])));

    const popup = drawnPopup(readyState(), SHARE, sharing({ pasted: many }));

    expect(planned(popup)).toHaveLength(300);
    expect(popup.main.textContent).toContain('and 4700 more');
  });
});
