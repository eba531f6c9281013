import { describe, expect, test } from 'vitest';
import { type DrawnPopup, drawnPopup } from '../popup/drawn-popup.tsx';
import { documentState, flagsState, readyState } from '../popup/states.ts';

const chosen = (popup: DrawnPopup, flag: string): readonly string[] =>
  [...popup.row(flag).querySelectorAll<HTMLInputElement>('input:checked')].map(({ value }) => value);

describe('a flag’s row', () => {
  test('is a fieldset whose legend is the flag’s name', () => {
    const row = drawnPopup(readyState({ PAYMENTS: 'OFF' })).row('PAYMENTS');

    expect(row.tagName).toBe('FIELDSET');
    expect(row.querySelector('legend')?.textContent).toBe('PAYMENTS');
    expect(row.firstElementChild?.tagName).toBe('LEGEND');
  });

  test('has a radio for each variant, labelled with its name, and one with an empty value, labelled "Site’s choice"', () => {
    const row = drawnPopup(readyState()).row('CHECKOUT');

    const radios = [...row.querySelectorAll<HTMLInputElement>('input[type=radio]')];

    expect(radios.map(({ value, labels }) => [value, labels?.[0]?.textContent])).toEqual([
      ['', 'Site’s choice'],
      ['CLASSIC', 'CLASSIC'],
      ['ONE_PAGE', 'ONE_PAGE'],
    ]);
  });

  test('has a button that compares its variants, if there are several to choose from', () => {
    const popup = drawnPopup(
      flagsState([
        { name: 'A', variants: ['ON', 'OFF'] },
        { name: 'LOCKED', variants: ['ON', 'OFF'], overridable: false },
        { name: 'ONE', variants: ['ON'] },
      ]),
    );
    const buttons = [...popup.main.querySelectorAll<HTMLButtonElement>('[data-action="compare"]')];

    buttons[0]?.click();

    expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual(['Compare the variants of A']);
    expect(popup.calls).toEqual(['compare A']);
  });

  test('is a separate radio group', () => {
    const popup = drawnPopup(
      flagsState([
        { name: 'A', variants: ['ON'] },
        { name: 'B', variants: ['ON'] },
      ]),
    );

    popup.radio('A', 'ON').click();
    popup.radio('B', 'ON').click();

    expect([chosen(popup, 'A'), chosen(popup, 'B')]).toEqual([['ON'], ['ON']]);
  });

  test('shows the variant of this request, and the variant without the override', () => {
    const row = drawnPopup(readyState({ CHECKOUT: 'ONE_PAGE' })).row('CHECKOUT');

    const outsideRadios = [...row.children].filter((part) => part.querySelector('input') === null);

    const text = outsideRadios.map(({ textContent }) => textContent).join(' ');
    expect(text).toContain('ONE_PAGE');
    expect(text).toContain('CLASSIC');
  });

  test.each([
    // cookie                       checked
    [{}, ['']],
    [{ CHECKOUT: 'ONE_PAGE' }, ['ONE_PAGE']],
    [{ CHECKOUT: 'CLASSIC' }, ['CLASSIC']],
    [{ CHECKOUT: 'GONE' }, []],
    [{ CHECKOUT: 7 }, []],
    [{ SEARCH: 'FUZZY' }, ['']],
  ])('for the cookie %j has checked %j', (cookie, checked) => {
    expect(chosen(drawnPopup(readyState(cookie)), 'CHECKOUT')).toEqual(checked);
  });

  test('shows the cookie’s variant: a choice that was not written is not checked', () => {
    const popup = drawnPopup(readyState());
    popup.radio('CHECKOUT', 'ONE_PAGE').click();

    popup.redraw(readyState({}, { writeError: { kind: 'contended' } }));

    expect(chosen(popup, 'CHECKOUT')).toEqual(['']);
  });

  test('keeps its radio elements when the state changes, so that the focus stays', () => {
    const popup = drawnPopup(readyState());
    const radio = popup.radio('CHECKOUT', 'ONE_PAGE');
    radio.focus();

    popup.redraw(readyState({ CHECKOUT: 'ONE_PAGE' }, { changed: true }));

    expect(popup.radio('CHECKOUT', 'ONE_PAGE')).toBe(radio);
    expect(radio.ownerDocument.activeElement).toBe(radio);
  });
});

describe('radios are disabled', () => {
  const disabled = (popup: DrawnPopup, flag: string): readonly boolean[] => [
    ...new Set([...popup.row(flag).querySelectorAll('input')].map((radio) => radio.disabled)),
  ];

  test('for a locked flag only', () => {
    const popup = drawnPopup(readyState());

    expect([disabled(popup, 'PAYMENTS'), disabled(popup, 'CHECKOUT')]).toEqual([[true], [false]]);
  });

  test.each(['disabled', 'grant-required', 'nonsense'])('if overriding is %s', (state) => {
    const flags = [{ name: 'A', variants: ['ON'] }];

    const popup = drawnPopup(documentState({ gatekeeper: 1, flags, overrides: { state } }));

    expect(disabled(popup, 'A')).toEqual([true]);
  });
});

describe('an override with a warning', () => {
  test.each([
    // cookie                    text
    [{ CHECKOUT: 'GONE' }, /GONE/],
    [{ CHECKOUT: 7 }, /not a variant/],
    [{ PAYMENTS: 'OFF' }, /is locked/],
  ])('in the cookie %j shows it in the row', (cookie, text) => {
    const [flag = ''] = Object.keys(cookie);

    expect(drawnPopup(readyState(cookie)).row(flag).textContent).toMatch(text);
  });

  test('can be removed by a button, if no radio removes it', () => {
    const popup = drawnPopup(readyState({ CHECKOUT: 'GONE' }));

    popup.button('Remove your choice')?.click();

    expect(popup.calls).toEqual(['choose CHECKOUT']);
  });

  test.each([
    // the flag            cookie                   overrides.state
    ['locked', { PAYMENTS: 'OFF' }, 'enabled'],
    ['locked, with an unknown variant', { PAYMENTS: 'GONE' }, 'enabled'],
    ['locked, not a string', { PAYMENTS: 7 }, 'enabled'],
    ['on a site that disables overriding', { CHECKOUT: 'ONE_PAGE' }, 'disabled'],
    ['on a site that requires a grant', { CHECKOUT: 'GONE' }, 'grant-required'],
    ['not a string, on a site that disables overriding', { CHECKOUT: 7 }, 'disabled'],
  ] as const)('can be removed if no radio is enabled: %s', (_, cookie, state) => {
    const [flag = ''] = Object.keys(cookie);
    const site = readyState(cookie);
    const overrides = { ...site.manifest.overrides, state };
    const popup = drawnPopup({ ...site, manifest: { ...site.manifest, overrides } });
    const button = popup.row(flag).querySelector<HTMLElement>('button');

    button?.click();

    expect(button?.getAttribute('aria-label')).toBe(`Remove your choice: ${flag}`);
    expect(popup.calls).toEqual([`choose ${flag}`]);
  });

  test.each([
    // the site               its overrides.state
    ['disables overriding', 'disabled'],
    ['requires a grant', 'grant-required'],
    ['enables overriding', 'enabled'],
  ] as const)('has no button without an override, on a site that %s', (_, state) => {
    const site = readyState();
    const overrides = { ...site.manifest.overrides, state };

    const popup = drawnPopup({ ...site, manifest: { ...site.manifest, overrides } });

    expect(popup.button('Remove your choice')).toBeUndefined();
  });

  test('has no warning before the server has received it', () => {
    const state = readyState({ CHECKOUT: 'ONE_PAGE' }, { cookieAtFetch: null });
    const late = { ...state.manifest, flags: readyState().manifest.flags };

    const popup = drawnPopup({ ...state, manifest: late });

    expect(popup.row('CHECKOUT').querySelector('.doubt')).toBeNull();
  });
});

test('an override of an unlisted flag is shown, and removed by its exact name in the cookie', () => {
  const name = 'GONE<b>\u202e';
  const popup = drawnPopup(readyState({ [name]: 'ON' }));

  const orphan = popup.main.querySelector('[aria-label^="Leftover"]');
  popup.button('Remove your choice')?.click();

  expect(orphan?.querySelector('h2')?.textContent).toBe('GONE<b>\ufffd');
  expect(popup.calls).toEqual([`choose ${name}`]);
});

test('a flag that has read a simulated value says so', () => {
  const flags = [{ name: 'TAX', variants: ['OLD', 'NEW'], current: 'NEW', source: 'rule', simulated: true }];

  expect(drawnPopup(flagsState(flags)).row('TAX').querySelector('.now')?.textContent).toContain('· simulated');
});

test('an override of a hidden flag is not described as ignored', () => {
  const { main } = drawnPopup(readyState({ SECRET: 'ON' }));

  expect(main.querySelector('[aria-label="Leftover choice SECRET"]')?.textContent).not.toMatch(/ignored/i);
});

describe('the values of a flag', () => {
  const valued = (values: unknown, overrides = {}) =>
    drawnPopup(flagsState([{ name: 'LIMIT', variants: ['LOW', 'HIGH'], values }], overrides));
  const labels = (popup: DrawnPopup): readonly (string | null | undefined)[] =>
    ['', 'LOW', 'HIGH'].map((variant) => popup.radio('LIMIT', variant).labels?.[0]?.textContent);
  const LONG = 'x'.repeat(50);

  test.each([
    [{ LOW: 10, HIGH: 100 }, ['LOW 10', 'HIGH 100']],
    [{ LOW: false, HIGH: true }, ['LOW false', 'HIGH true']],
    [{ LOW: '', HIGH: '10' }, ['LOW ""', 'HIGH "10"']],
    [{ LOW: 'LOW', HIGH: 'HIGH!' }, ['LOW', 'HIGH "HIGH!"']],
    [{ HIGH: 100 }, ['LOW', 'HIGH 100']],
    [{ LOW: LONG, HIGH: '' }, [`LOW "${'x'.repeat(39)}…`, 'HIGH ""']],
    [{ LOW: {}, HIGH: { a: 1 } }, ['LOW', 'HIGH']],
    [
      [10, 100],
      ['LOW', 'HIGH'],
    ],
  ])('%j are beside the variants, where they are more than the names', (values, shown) => {
    expect(labels(valued(values))).toEqual(['Site’s choice', ...shown]);
  });

  test('that are objects are below, as JSON, and closed at first', () => {
    const popup = valued({ LOW: { perDay: [1, 2] }, HIGH: { perDay: [] } });

    const details = popup.row('LIMIT').querySelector('details');

    expect(details?.open).toBe(false);
    expect(details?.querySelector('summary')?.textContent).toBe('More: values');
    expect(details?.querySelector('summary')?.dataset.action).toBe('values');
    expect([...(details?.querySelectorAll('dl > div') ?? [])].map(({ textContent }) => textContent)).toEqual([
      'LOW {"perDay":[1,2]}',
      'HIGH {"perDay":[]}',
    ]);
  });

  test('that are too long to be shown beside their variant are below in full', () => {
    const long = 'Put it into my cart and take me to the checkout';

    const row = valued({ LOW: 'Buy', HIGH: long }).row('LIMIT');

    expect(row.querySelector('.variants')?.textContent).not.toContain(long);
    expect([...row.querySelectorAll('dd')].map(({ textContent }) => textContent)).toEqual(['"Buy"', `"${long}"`]);
  });

  test('that are no objects have no list below', () => {
    expect(valued({ LOW: 10, HIGH: 100 }).row('LIMIT').querySelector('details')).toBeNull();
    expect(valued(undefined).row('LIMIT').querySelector('details')).toBeNull();
  });

  test('of a variant with the name of a property of every object are not inherited', () => {
    const flag = { name: 'LIMIT', variants: ['toString', 'LOW'], values: { LOW: 1 } };
    const popup = drawnPopup(flagsState([flag]));

    expect(popup.radio('LIMIT', 'toString').labels?.[0]?.textContent).toBe('toString');
  });
});
