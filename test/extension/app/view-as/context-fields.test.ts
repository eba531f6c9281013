import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ContextType,
  contextFields,
  contextTypes,
  enteredValue,
  isAllowedValue,
  localTime,
  simulatedEntries,
  ViewAsStore,
} from '../../../../extension/app/view-as/context-fields.ts';
import context from '../../../vectors/context.json' with { type: 'json' };
import { DECLARED, documentState } from '../../ui/popup/states.ts';

const site = (overrides: Readonly<Record<string, unknown>> = {}, declared: object = DECLARED) =>
  documentState({ gatekeeper: 1, overrides: { state: 'enabled' }, flags: [], context: declared }, overrides);

const SEATS: ContextType = { type: 'number', min: 1, max: 500 };

describe('the fields', () => {
  test('are the user, the time and the attributes, with their real values', () => {
    const { manifest, stored } = site();

    expect(contextFields(manifest, stored).map(({ key, actual }) => [key, actual])).toEqual([
      ['@user', '7'],
      ['@time', undefined],
      ['@country', 'DE'],
      ['@seats', undefined],
      ['@beta', 'false'],
    ]);
  });

  test('are only those that the site has declared', () => {
    const { manifest, stored } = site({ '@country': 'NL' }, { time: {} });

    expect(contextFields(manifest, stored).map(({ key }) => key)).toEqual(['@time']);
    expect(contextTypes(undefined).size).toBe(0);
  });

  test.each([
    // entry    chosen  ignored
    ['NL', 'NL', false],
    ['FR', 'FR', true],
    ['', '', true],
    [7, '', true],
  ])('have the value of the cookie, and say whether the site ignores it: %j', (entry, chosen, isIgnored) => {
    const { manifest, stored } = site({ '@country': entry });

    expect(contextFields(manifest, stored).find(({ key }) => key === '@country')).toMatchObject({ chosen, isIgnored });
  });
});

describe('a value is allowed as the server allows it', () => {
  const { manifest } = site();
  const types = contextTypes(manifest.context);

  test.each(context.rows.map((row) => [row.title, row] as const))('%s', (_title, row) => {
    const ignored = new Map((row.ignored ?? []).map(({ flag, code }) => [flag, code]));

    const codes = Object.entries(row.entries as Readonly<Record<string, unknown>>).map(([key, value]) => {
      const type = types.get(key);
      return [
        key,
        type === undefined ? 'unknown-attribute' : isAllowedValue(type, value) ? undefined : 'invalid-value',
      ];
    });

    expect(codes).toEqual(codes.map(([key]) => [key, ignored.get(String(key))]));
  });
});

describe('what the user enters', () => {
  test.each([
    // type                                          text              value
    [SEATS, '42', '42'],
    [SEATS, ' 42 ', '42'],
    [SEATS, '1.50', '1.5'],
    [{ type: 'number', min: 0, max: 1 }, '.5', '0.5'],
    [{ type: 'number', min: -1, max: 1 }, '-0', '0'],
    [SEATS, '0', undefined],
    [SEATS, '501', undefined],
    [SEATS, 'many', undefined],
    [SEATS, '1e999', undefined],
    [SEATS, '', ''],
    [{ type: 'string', values: ['DE', ' NL'] }, ' NL', ' NL'],
    [{ type: 'string', values: ['DE'] }, 'FR', undefined],
    [{ type: 'boolean' }, 'false', 'false'],
    [{ type: 'boolean' }, 'yes', undefined],
    [{ type: 'user' }, ' 42 ', '42'],
    [{ type: 'user' }, 'x'.repeat(128), 'x'.repeat(128)],
    [{ type: 'user' }, 'x'.repeat(129), undefined],
    [{ type: 'user' }, ' ', ''],
    [{ type: 'time' }, '', ''],
    [{ type: 'time' }, 'soon', undefined],
    [{ type: 'time' }, '10000-01-01T00:00', undefined],
  ] as const)('in a field %j: %.30j is the value %.30j', (type, text, value) => {
    expect(enteredValue(type, text)).toBe(value);
  });

  test('as a time is in the user’s time zone, and in UTC in the cookie', () => {
    const begin = new Date(2027, 0, 1, 9, 30);

    const value = enteredValue({ type: 'time' }, '2027-01-01T09:30');

    expect(value).toBe(begin.toISOString().replace('.000Z', 'Z'));
    expect(localTime(value ?? '')).toBe('2027-01-01T09:30');
    expect(localTime('tomorrow')).toBe('');
  });

  test('as a time is shown again as it was entered', () => {
    const noGap = fc.date({ min: new Date('0100-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });

    fc.assert(
      fc.property(noGap, (date) => {
        const value = new Date(Math.floor(date.getTime() / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');

        expect(new Date(localTime(value)).getTime()).toBe(Date.parse(value));
      }),
    );
  });

  test('is stored or removed if it is allowed, and otherwise kept as refused until the next value', () => {
    const chosen: string[] = [];
    const store = new ViewAsStore(
      (key, value) => chosen.push(`${key}=${value}`),
      () => chosen.push('changed'),
    );
    const seats = { key: '@seats', type: SEATS };

    store.enter(seats, '501\u202e');
    expect([...store.refused]).toEqual([['@seats', '501\ufffd']]);
    store.enter(seats, undefined);
    expect([...store.refused]).toEqual([['@seats', '']]);
    store.enter(seats, '500');
    expect([...store.refused]).toEqual([]);
    store.enter(seats, '');

    expect(chosen).toEqual(['changed', 'changed', '@seats=500', '@seats=']);
  });

  test('and was refused is forgotten when the view is opened again', () => {
    const store = new ViewAsStore(
      () => {},
      () => {},
    );
    store.enter({ key: '@seats', type: SEATS }, '501');

    store.reset();

    expect(store.refused.size).toBe(0);
  });
});

test('simulated entries have no "@" in their label, and an unknown flag is an unknown attribute', () => {
  const ignored = [{ flag: '@plan', variant: 'pro', code: 'unknown-flag' }];
  const overrides = { state: 'enabled', ignored };
  const { manifest, stored } = documentState(
    { gatekeeper: 1, overrides, flags: [] },
    { '@plan': 'pro', '@country': 'NL', CHECKOUT: 'ONE_PAGE' },
  );

  expect(simulatedEntries(manifest, stored)).toEqual([
    { name: '@plan', label: 'plan', variant: 'pro', code: 'unknown-attribute' },
    { name: '@country', label: 'country', variant: 'NL', code: undefined },
  ]);
});
