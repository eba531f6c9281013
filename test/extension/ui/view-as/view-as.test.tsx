import { fireEvent } from '@testing-library/preact';
import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withView } from '../../../../extension/app/flags/browsing-store.ts';
import { INITIAL_PRESETS } from '../../../../extension/app/presets/presets-store.ts';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { INITIAL_SHARING } from '../../../../extension/app/sharing/sharing-store.ts';
import { type DrawnPopup, drawnPopup } from '../popup/drawn-popup.tsx';
import { DECLARED, documentState } from '../popup/states.ts';

const VIEW_AS = withView(INITIAL_BROWSING, 'view-as');

type Overrides = Readonly<Record<string, unknown>>;

const site = (overrides: Overrides = {}, changes: object = {}): Ready =>
  documentState(
    {
      gatekeeper: 1,
      overrides: { state: 'enabled' },
      flags: [{ name: 'CHECKOUT', variants: ['CLASSIC', 'ONE_PAGE'] }],
      context: DECLARED,
      ...changes,
    },
    overrides,
  );

const drawn = (state: Ready, refused: ReadonlyMap<string, string> = new Map()): DrawnPopup =>
  drawnPopup(state, VIEW_AS, INITIAL_SHARING, INITIAL_PRESETS, true, refused);

function field({ main }: DrawnPopup, key: string): HTMLFormElement {
  const form = main.querySelector<HTMLFormElement>(`form[data-context="${key}"]`);
  if (form === null) throw new Error(`no field ${key}`);
  return form;
}

function enter(popup: DrawnPopup, key: string, text: string): void {
  const form = field(popup, key);
  const input = form.querySelector('input');
  if (input === null) throw new Error(`${key} is no input`);
  input.value = text;
  fireEvent.submit(form);
}

describe('the button "View as"', () => {
  const isOffered = (state: Ready): boolean =>
    drawnPopup(state).main.querySelector('[data-action="view-as"][aria-label="View as"]') !== null;

  test('opens the view, on a site that lets something be simulated', () => {
    const popup = drawnPopup(site());

    popup.main.querySelector<HTMLElement>('[data-action="view-as"]')?.click();

    expect(popup.calls).toEqual(['view view-as']);
  });

  test.each([
    // site                                              offered
    ['nothing declared', { context: undefined }, false],
    ['no permission', { overrides: { state: 'grant-required', grantUrl: '/grant' } }, false],
    ['one attribute', { context: { attributes: DECLARED.attributes.slice(0, 1) } }, true],
  ])('with %s is offered: %#', (_title, changes, offered) => {
    expect(isOffered(site({}, changes))).toBe(offered);
  });
});

describe('the view "View as"', () => {
  test('names each part with its real value', () => {
    const popup = drawn(site());

    expect(
      [...popup.main.querySelectorAll('[data-context]')].map((form) => [
        form.querySelector('label')?.textContent,
        form.querySelector('.now')?.textContent,
      ]),
    ).toEqual([
      ['User', 'Real value: 7'],
      ['Date and time', 'Real value: now'],
      ['country', 'Real value: DE'],
      ['seats', 'Real value: none'],
      ['beta', 'Real value: false'],
    ]);
  });

  test('has a labelled and described control of the right kind for each part', () => {
    const popup = drawn(site());

    const controls = [...popup.main.querySelectorAll<HTMLInputElement>('[data-context] :is(input, select)')];

    expect(controls.map((control) => control.getAttribute('role') ?? control.type)).toEqual([
      'text',
      'datetime-local',
      'select-one',
      'number',
      'switch',
    ]);
    expect(controls.every(({ labels }) => labels?.length === 1)).toBe(true);
    const described = controls.flatMap((control) => control.getAttribute('aria-describedby')?.split(' ') ?? []);
    expect(described.map((id) => popup.main.querySelector(`[id="${id}"]`)?.className)).toEqual(Array(5).fill('now'));
  });

  test('offers the values of a list, and the real one', () => {
    const popup = drawn(site({ '@country': 'NL' }));
    const select = field(popup, '@country').querySelector('select');
    if (select === null) throw new Error('no list');

    expect([...select.options].map(({ value, text }) => [value, text])).toEqual([
      ['', 'Real value'],
      ['DE', 'DE'],
      ['NL', 'NL'],
    ]);
    expect(select.value).toBe('NL');
    fireEvent.change(select, { target: { value: 'DE' } });
    fireEvent.change(select, { target: { value: '' } });

    expect(popup.calls).toEqual(['enter @country DE', 'enter @country']);
  });

  test.each([
    // cookie                 checked  a click enters
    [{}, false, 'true'],
    [{ '@beta': 'true' }, true, ''],
    [{ '@beta': 'false' }, false, 'true'],
    [{ '@beta': 'maybe' }, false, 'true'],
  ])('has a switch: with %j it is %j, and a click enters %j', (overrides, checked, entered) => {
    const popup = drawn(site(overrides));
    const control = field(popup, '@beta').querySelector('input');

    expect(control?.checked).toBe(checked);
    control?.click();

    expect(popup.calls).toEqual([`enter @beta ${entered}`.trim()]);
  });

  test('with a switch of an unknown real value can simulate both values', () => {
    const context = { attributes: [{ name: 'beta', type: 'boolean' }] };
    const click = (overrides: Overrides): readonly string[] => {
      const popup = drawn(site(overrides, { context }));
      field(popup, '@beta').querySelector('input')?.click();
      return popup.calls;
    };

    expect([click({}), click({ '@beta': 'true' })]).toEqual([['enter @beta true'], ['enter @beta false']]);
  });

  test('simulates a number, a user and a time when their form is submitted', () => {
    const popup = drawn(site());

    enter(popup, '@seats', '42');
    enter(popup, '@user', '8');
    enter(popup, '@time', '2027-01-01T00:00');

    expect(popup.calls).toEqual(['enter @seats 42', 'enter @user 8', 'enter @time 2027-01-01T00:00']);
  });

  test('shows the simulated values, a time in the user’s time zone', () => {
    const time = new Date(2027, 0, 1, 9, 30).toISOString().replace('.000Z', 'Z');
    const popup = drawn(site({ '@seats': '42', '@user': '8', '@time': time }));

    const values = ['@seats', '@user', '@time'].map((key) => field(popup, key).querySelector('input')?.value);

    expect(values).toEqual(['42', '8', '2027-01-01T09:30']);
  });

  test('returns to the real value of one part, and moves the focus to its control', () => {
    const popup = drawn(site({ '@seats': '42', '@beta': 'true' }));

    field(popup, '@seats').querySelector<HTMLElement>('[aria-label="Use the real value: seats"]')?.click();

    expect(popup.calls).toEqual(['enter @seats']);
    expect(document.activeElement?.id).toBe('@seats');
    expect(field(popup, '@country').querySelector('[data-action="real-value"]')).toBeNull();
  });

  test('stops all of it, keeps the overrides, and moves the focus to the heading', () => {
    const popup = drawn(site({ '@seats': '42', '@gone': 'x', CHECKOUT: 'ONE_PAGE' }));

    popup.button('Stop')?.click();

    expect(popup.calls).toEqual(['removeOverrides @seats @gone']);
    expect(document.activeElement?.textContent).toBe('View as');
    expect(drawn(site()).button('Stop')?.disabled).toBe(true);
  });

  test.each([
    // key       entered  sentence
    ['@seats', '501', 'Enter a number from 1 to 500.'],
    ['@user', 'x'.repeat(129), 'Enter 1 to 128 characters.'],
    ['@time', '', 'Enter a complete date and time.'],
    ['@country', 'FR', 'Ignored: the site does not let you simulate this value.'],
  ])('refuses a value at its field %s', (key, entered, sentence) => {
    const popup = drawn(site(), new Map([[key, entered]]));
    const control = field(popup, key).querySelector('input, select');

    expect(popup.texts('alert')).toEqual([sentence]);
    expect(field(popup, key).querySelector('[role=alert]')?.id).toBe(`${key}-error`);
    expect(control?.getAttribute('aria-invalid')).toBe('true');
    expect(control?.getAttribute('aria-describedby')).toContain(`${key}-error`);
  });

  test('keeps a refused text in its field', () => {
    const popup = drawn(site({ '@seats': '42' }), new Map([['@seats', '501']]));

    expect(field(popup, '@seats').querySelector('input')?.value).toBe('501');
  });

  test('names a value of the cookie that the site ignores, at its field or below', () => {
    const ignored = [{ flag: '@plan', variant: 'pro', code: 'unknown-attribute' }];
    const popup = drawn(
      site({ '@country': 'FR<b>', '@plan': 'pro', '@seats': 7 }, { overrides: { state: 'enabled', ignored } }),
    );

    expect(popup.texts('alert')).toEqual([
      'FR<b> · Ignored: the site does not let you simulate this value.',
      'Ignored: the site does not let you simulate this value.',
    ]);
    expect(field(popup, '@country').querySelector('select')?.value).toBe('');
    expect([...popup.main.querySelectorAll('.simulated p')].map(({ textContent }) => textContent)).toEqual([
      'plan = pro · Ignored: the site does not let you simulate this.',
    ]);
  });

  test.each([
    // cookie                                     said
    [{ '@seats': '42', CHECKOUT: 'ONE_PAGE' }, true],
    [{ '@seats': '42' }, false],
    [{}, false],
  ])('says that an override wins, if there is one: %j', (overrides, said) => {
    const text = 'A flag for which you chose a variant keeps it.';

    expect(drawn(site(overrides)).main.textContent?.includes(text)).toBe(said);
  });

  test('shows why the last write failed', () => {
    const popup = drawn({ ...site(), writeError: { kind: 'too-large', excess: 7 } });

    expect(popup.texts('alert')[0]).toContain('7 bytes too large');
  });

  test('is read-only without permission, and becomes the list on a site without a context', () => {
    const { main } = drawn(site({}, { overrides: { state: 'disabled' } }));
    const controls = [...main.querySelectorAll<HTMLInputElement>('[data-context] :is(input, select)')];

    expect(controls.map(({ disabled }) => disabled)).toEqual(Array(5).fill(true));
    expect(drawn(site({}, { context: undefined })).main.querySelector('[data-flag]')).not.toBeNull();
  });

  test('draws hostile names and values as text', () => {
    const context = {
      user: { current: '<img src=x>\u202e' },
      attributes: [{ name: 'country', type: 'string', values: ['<b>bold</b>', 'x\u202e'], current: '<i>' }],
    };
    const { main } = drawn(site({ '@user': '<script>\u202e' }, { context }));

    expect(main.querySelectorAll('img, i, b, script')).toHaveLength(0);
    expect([...main.querySelectorAll('option')].map(({ text }) => text)).toEqual(['Real value', '<b>bold</b>']);
    expect(main.textContent).not.toContain('\u202e');
  });
});

describe('the line above the list', () => {
  const line = (state: Ready): readonly string[] =>
    [...drawnPopup(state).main.querySelectorAll('.simulated p')].map(({ textContent }) => textContent ?? '');

  test('says what is simulated, and has a button that ends it', () => {
    const popup = drawnPopup(site({ '@country': 'NL', '@user': '42', CHECKOUT: 'ONE_PAGE' }));

    popup.button('Stop')?.click();

    expect(popup.main.querySelector('.simulated')?.textContent).toBe('Viewed as if: country = NL, User = 42 Stop');
    expect(popup.main.querySelector('[aria-label^="Leftover"]')).toBeNull();
    expect(popup.calls).toEqual(['removeOverrides @country @user']);
  });

  test('shows a time in the user’s language and time zone', () => {
    const time = new Date(2027, 0, 1, 9, 30).toISOString().replace('.000Z', 'Z');

    const [text] = line(site({ '@time': time }));

    expect(text?.replace(/\s/g, ' ')).toBe('Viewed as if: Date and time = Jan 1, 2027, 9:30 AM Stop');
  });

  test('names each value that the site ignores', () => {
    const ignored = [
      { flag: '@country', variant: 'FR', code: 'invalid-value' },
      { flag: '@plan', variant: 'pro', code: 'unknown-attribute' },
      { flag: '@old', variant: 'x', code: 'unknown-flag' },
    ];
    const state = site(
      { '@country': 'FR', '@plan': 'pro', '@old': 'x', '@user': '42', '@seats': 7 },
      { overrides: { state: 'enabled', ignored } },
    );

    expect(line(state)).toEqual([
      'Viewed as if: User = 42 Stop',
      'country = FR · Ignored: the site does not let you simulate this value.',
      'plan = pro · Ignored: the site does not let you simulate this.',
      'old = x · Ignored: the site does not let you simulate this.',
      'seats · Ignored: the site does not let you simulate this value.',
    ]);
  });

  test('says so if the site ignores all of it', () => {
    const ignored = [{ flag: '@country', variant: 'FR', code: 'invalid-value' }];

    expect(line(site({ '@country': 'FR' }, { overrides: { state: 'enabled', ignored } }))).toEqual([
      'The site ignores what you simulate. Stop',
      'country = FR · Ignored: the site does not let you simulate this value.',
    ]);
  });

  test('keeps the popup busy until it is loaded', () => {
    const busy = (overrides: Overrides): string | null =>
      drawnPopup(site(overrides), INITIAL_BROWSING, INITIAL_SHARING, INITIAL_PRESETS, false).main.getAttribute(
        'aria-busy',
      );

    expect([busy({ '@country': 'NL' }), busy({})]).toEqual(['true', 'false']);
  });
});
