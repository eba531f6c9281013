import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING } from '../../../../extension/app/flags/browsing-store.ts';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { INITIAL_SHARING } from '../../../../extension/app/sharing/sharing-store.ts';
import { drawnPopup } from '../popup/drawn-popup.tsx';
import { documentState, readyState } from '../popup/states.ts';
import { planned } from './planned.ts';

function siteAt(hash: string, stored: Readonly<Record<string, unknown>> = {}): Ready {
  const state = readyState(stored);
  return { ...state, record: { ...state.record, href: `https://shop.example/${hash}` } };
}

describe('a link’s proposal', () => {
  const hash = '#gatekeeper={"CHECKOUT":"ONE_PAGE","PAYMENTS":"OFF","GONE":"ON","SEARCH":7}';

  test('is shown flag by flag, with unknown and locked flags', () => {
    const popup = drawnPopup(siteAt(hash));

    expect(planned(popup)).toEqual([
      'CHECKOUT Site’s choice → ONE_PAGE',
      'PAYMENTS Ignored: this flag is locked.',
      'GONE Ignored: the site does not know this flag.',
      'SEARCH not a variant',
    ]);
    expect(popup.calls).toEqual([]);
  });

  test('is added to the overrides or replaces them, on a click', () => {
    const popup = drawnPopup(siteAt('#gatekeeper={"CHECKOUT":"ONE_PAGE"}', { SEARCH: 'FUZZY' }));

    popup.button('Add to yours')?.click();
    popup.button('Replace yours')?.click();

    expect(popup.calls).toEqual(['apply [["CHECKOUT","ONE_PAGE"]] add', 'apply [["CHECKOUT","ONE_PAGE"]] replace']);
  });

  test('shows what replacing would remove, and offers it only then', () => {
    expect(drawnPopup(siteAt(hash)).button('Replace yours')).toBeUndefined();

    const popup = drawnPopup(siteAt('#gatekeeper={"CHECKOUT":"ONE_PAGE"}', { SEARCH: 'FUZZY' }));

    expect(planned(popup)).toEqual(['CHECKOUT Site’s choice → ONE_PAGE', 'SEARCH FUZZY → Site’s choice']);
  });

  test('shows the simulated context by its name, and a time in the user’s time zone', () => {
    const time = new Date(2027, 0, 1, 9, 30).toISOString().replace('.000Z', 'Z');
    const proposed = { '@country': 'NL', '@user': '42', '@time': time, '@plan': 'pro', '@seats': '501' };
    const state = documentState(
      {
        gatekeeper: 1,
        overrides: { state: 'enabled' },
        flags: [],
        context: {
          user: {},
          time: {},
          attributes: [
            { name: 'country', type: 'string', values: ['DE', 'NL'] },
            { name: 'seats', type: 'number', min: 1, max: 500 },
          ],
        },
      },
      { '@country': 'DE' },
    );
    const href = `https://shop.example/#gatekeeper=${encodeURIComponent(JSON.stringify(proposed))}`;

    const popup = drawnPopup({ ...state, record: { ...state.record, href } });

    expect(planned(popup).map((line) => line.replace(/\s/g, ' '))).toEqual([
      'country DE → NL',
      'User Real value → 42',
      'Date and time Real value → Jan 1, 2027, 9:30 AM',
      'plan Ignored: the site does not let you simulate this.',
      'seats Ignored: the site does not let you simulate this value.',
    ]);
  });

  test('can be dismissed', () => {
    const popup = drawnPopup(siteAt(hash));
    popup.button('Not now')?.click();
    expect(popup.calls).toEqual([`dismiss https://shop.example/${hash}`]);

    const later = drawnPopup(siteAt(hash), INITIAL_BROWSING, {
      ...INITIAL_SHARING,
      dismissed: `https://shop.example/${hash}`,
    });

    expect(planned(later)).toEqual([]);
  });

  test('is hidden once it is applied, and missing without a fragment', () => {
    expect(planned(drawnPopup(siteAt('#gatekeeper={"SEARCH":"FUZZY"}', { SEARCH: 'FUZZY' })))).toEqual([]);
    expect(planned(drawnPopup(siteAt('#top')))).toEqual([]);
  });

  test('that cannot be read shows a notice', () => {
    expect(drawnPopup(siteAt('#gatekeeper=%ff')).main.textContent).toContain('cannot be read');
  });

  test('cannot be applied if overriding is disabled', () => {
    const document = { gatekeeper: 1, flags: [{ name: 'A', variants: ['ON'] }], overrides: { state: 'disabled' } };
    const state = documentState(document);

    const popup = drawnPopup({
      ...state,
      record: { ...state.record, href: 'https://x.example/#gatekeeper={"A":"ON"}' },
    });

    expect(planned(popup)).toEqual(['A Site’s choice → ON']);
    expect(popup.button('Add to yours')?.disabled).toBe(true);
  });

  test('with markup is drawn as text', () => {
    const popup = drawnPopup(siteAt(`#gatekeeper=${encodeURIComponent('{"<img src=x onerror=alert(1)>":"<b>"}')}`));

    expect(planned(popup)).toEqual(['<img src=x onerror=alert(1)> Ignored: the site does not know this flag.']);
    expect(popup.main.querySelector('img, b b')).toBeNull();
  });
});
