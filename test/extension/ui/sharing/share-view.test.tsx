import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withView } from '../../../../extension/app/flags/browsing-store.ts';
import { INITIAL_SHARING, type SharingState } from '../../../../extension/app/sharing/sharing-store.ts';
import { drawnPopup } from '../popup/drawn-popup.tsx';
import { readyState } from '../popup/states.ts';
import { planned } from './planned.ts';

const SHARE = withView(INITIAL_BROWSING, 'share');
const sharing = (changes: Partial<SharingState>): SharingState => ({ ...INITIAL_SHARING, ...changes });

describe('sharing', () => {
  test('is asked for in each form', () => {
    const popup = drawnPopup(readyState({ SEARCH: 'FUZZY' }), SHARE);

    for (const form of ['link', 'as JSON', 'as cURL', 'as Playwright', 'as Cypress', 'report'])
      popup.button(`Copy ${form}`)?.click();

    expect(popup.asked).toEqual([
      'copy link',
      'copy json',
      'copy curl',
      'copy playwright',
      'copy cypress',
      'copy report',
    ]);
  });

  test('of nothing is a report', () => {
    const popup = drawnPopup(readyState(), SHARE);

    expect(popup.button('Copy link')?.disabled).toBe(true);
    expect(popup.button('Copy report')?.disabled).toBe(false);
  });

  test.each([
    // the clipboard took it  role      says
    [true, 'status', 'Copied'],
    [false, 'alert', expect.stringContaining('blocked copying')],
  ] as const)('shows what was copied; taken by the clipboard: %j, said as %s', (isWritten, role, said) => {
    const text = 'curl <b>';

    const popup = drawnPopup(readyState(), SHARE, sharing({ copied: { copy: 'curl', text, isWritten } }));

    expect(popup.texts(role)).toEqual([said]);
    expect(popup.main.querySelector<HTMLTextAreaElement>('.copied textarea')?.value).toBe(text);
  });

  test.each([
    // pasted  says
    ['{', /neither JSON nor a link/],
    ['[]', /not an object of flags and variants/],
    [`"${'x'.repeat(70_000)}"`, /too large/],
  ])('what is pasted wrong is said so: %.20s', (pasted, text) => {
    expect(drawnPopup(readyState(), SHARE, sharing({ pasted })).texts('alert')).toEqual([expect.stringMatching(text)]);
  });

  test('what is pasted is previewed, and applied by a click', () => {
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
    expect(popup.asked).toEqual(['apply [["CHECKOUT","GONE"],["SEARCH","EXACT"],["<b>",1]] add']);
  });

  test('of more entries than anybody reads draws some hundreds', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`F${at}`, 'ON'])));

    const popup = drawnPopup(readyState(), SHARE, sharing({ pasted: many }));

    expect(planned(popup)).toHaveLength(300);
    expect(popup.main.textContent).toContain('and 4700 more');
  });
});
