import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withView } from '../../../../extension/app/flags/browsing-store.ts';
import { shareLink } from '../../../../extension/app/sharing/share-link.ts';
import { INITIAL_SHARING, type SharingState } from '../../../../extension/app/sharing/sharing-store.ts';
import { readQrCode } from '../../../helpers/qr-code.ts';
import { type DrawnPopup, drawnPopup } from '../popup/drawn-popup.tsx';
import { documentState, readyState } from '../popup/states.ts';
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

describe('open on your phone', () => {
  const onSite = (page: string, overrides: Readonly<Record<string, string>> = {}, copied?: SharingState['copied']) =>
    drawnPopup(documentState({ gatekeeper: 1, flags: [], page }, overrides), SHARE, sharing({ copied }));
  const codeIn = (popup: DrawnPopup): SVGElement | null =>
    popup.main.querySelector<SVGElement>('svg[aria-label^="QR"]');
  const scanned = (popup: DrawnPopup): string => {
    const code = codeIn(popup);
    const path = code?.querySelector('path[fill="#000"]')?.getAttribute('d') ?? '';
    return readQrCode({ viewBox: code?.getAttribute('viewBox') ?? '', path });
  };

  test('the code has the page’s address, which also stands below it as text', () => {
    const popup = onSite('/gatekeeper');

    expect(scanned(popup)).toBe('https://shop.example/gatekeeper');
    expect(popup.main.querySelector('div:has(> svg) + p')?.textContent).toBe('https://shop.example/gatekeeper');
    expect(popup.main.textContent).not.toContain('asks before it applies');
  });

  test('the code proposes the choices, and the view says that the page asks first', () => {
    const popup = onSite('/gatekeeper', { SEARCH: 'FUZZY' });

    expect(scanned(popup)).toBe('https://shop.example/gatekeeper#gatekeeper=%7B%22SEARCH%22%3A%22FUZZY%22%7D');
    expect(popup.main.textContent).toContain('asks before it applies');
  });

  test('choices that do not fit are left out of the code, and the view says so', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`FLAG_${at}`, 'VARIANT']));

    const popup = onSite('/gatekeeper', many);

    expect(scanned(popup)).toBe('https://shop.example/gatekeeper');
    expect(popup.main.textContent).toContain('Your choices do not fit into a code');
    popup.button('Copy link for the phone')?.click();
    const link = shareLink('https://shop.example/gatekeeper', new Map(Object.entries(many)));
    expect(popup.calls).toEqual([`copy phone ${link}`]);
  });

  test('what was copied is shown with the code, and not with the other formats', () => {
    const popup = onSite('/gatekeeper', {}, { copy: 'phone', text: 'https://x.example/', isWritten: true });

    const shown = [...popup.main.querySelectorAll('svg[aria-label^="QR"], .copied')].map(({ tagName }) => tagName);
    expect(shown).toEqual(['svg', 'DIV']);
    expect(popup.texts('status')).toEqual(['Copied']);
  });

  test('the code is black on white, has a quiet zone of four modules, and modules of at least three pixels', () => {
    for (const length of [1, 50, 200, 400, 590]) {
      const code = codeIn(onSite(`/${'x'.repeat(length)}`));
      const [left, top, size = 0] = (code?.getAttribute('viewBox') ?? '').split(' ').map(Number);
      const fills = [...(code?.children ?? [])].map((one) => [one.tagName, one.getAttribute('fill')]);
      const pixels = Number(code?.getAttribute('width')) / size;

      expect([left, top]).toEqual([-4, -4]);
      expect(fills).toEqual([
        ['rect', '#fff'],
        ['path', '#000'],
      ]);
      expect(pixels).toBeGreaterThanOrEqual(3);
      expect(pixels % 1).toBe(0);
      expect(Number(code?.getAttribute('width'))).toBeLessThanOrEqual(288); // a popup of 320 pixels
    }
  });

  test('on localhost there is no code, and a sentence says what to do', () => {
    const state = documentState({ gatekeeper: 1, flags: [], page: '/gatekeeper' });

    const popup = drawnPopup({ ...state, origin: 'http://localhost:3000' }, SHARE);

    expect(codeIn(popup)).toBeNull();
    expect(popup.main.textContent).toContain('A phone cannot open localhost');
    expect(popup.button('Copy link for the phone')).toBeUndefined();
  });

  test('a site without an override page has nothing about phones', () => {
    expect(drawnPopup(readyState({ SEARCH: 'FUZZY' }), SHARE).main.textContent).not.toContain('phone');
  });

  test('any address and any choices are read back from the code as they stand below it', () => {
    const path = fc.webPath({ size: '+1' }).map((one) => `/gatekeeper${one}`);
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/);
    fc.assert(
      fc.property(path, fc.dictionary(name, name, { maxKeys: 12 }), (page, choices) => {
        const popup = onSite(page, choices);

        expect(scanned(popup)).toBe(popup.main.querySelector('div:has(> svg) + p')?.textContent);
      }),
      { numRuns: 40 },
    );
  });
});
