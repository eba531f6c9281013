import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deletePreset,
  movePreset,
  type Preset,
  type Presets,
  parsePresets,
  presetName,
  renamePreset,
  restorePreset,
  savePreset,
} from '../../../../extension/app/presets/presets.ts';

const preset = (name: string, overrides: Preset['overrides'] = {}): Preset => ({ name, overrides });
const ABC: Presets = ['A', 'B', 'C'].map((name) => preset(name));
const names = (presets: Presets): string => presets.map(({ name }) => name).join('');

describe('saving', () => {
  test('adds a new preset at the end, and replaces an existing one in place', () => {
    const overrides = new Map([['CHECKOUT', 'ONE_PAGE']]);

    expect(savePreset(ABC, ' D ', overrides)).toEqual([...ABC, preset('D', { CHECKOUT: 'ONE_PAGE' })]);
    expect(savePreset(ABC, 'B', overrides)).toEqual([preset('A'), preset('B', { CHECKOUT: 'ONE_PAGE' }), preset('C')]);
  });

  test('under a blank name does nothing', () => {
    expect(savePreset(ABC, ' \t', new Map())).toBe(ABC);
  });

  test('leaves out invalid flag and variant names', () => {
    const overrides = new Map([
      ['A', 'ON'],
      ['no name', 'ON'],
      ['B', ''],
    ]);

    expect(savePreset([], 'D', overrides)).toEqual([preset('D', { A: 'ON' })]);
  });

  test('keeps the simulated context, and reads it again', () => {
    const saved = savePreset([], 'D', new Map(Object.entries({ '@country': 'NL', '@user': 'Ada Lovelace', A: 'ON' })));

    expect(saved).toEqual([preset('D', { '@country': 'NL', '@user': 'Ada Lovelace', A: 'ON' })]);
    expect(parsePresets(JSON.parse(JSON.stringify(saved)))).toEqual(saved);
  });

  test.each([
    // key           value
    ['@', 'NL'],
    ['@@country', 'NL'],
    ['@no name', 'NL'],
    ['@__proto__', 'NL'],
    ['@country', ''],
    ['@country', 'x'.repeat(129)],
    ['@user', 'reversed \u202e'],
  ])('leaves out the simulated context %s with the value %.20j', (key, value) => {
    expect(savePreset([], 'D', new Map([[key, value]]))).toEqual([preset('D')]);
    expect(parsePresets([preset('D', { [key]: value, A: 'ON' })])).toEqual([preset('D', { A: 'ON' })]);
  });

  test('stops at 100 presets; an existing one can still be replaced', () => {
    const full = Array.from({ length: 100 }, (_, at) => preset(`P${at}`));

    expect(savePreset(full, 'one more', new Map())).toBe(full);
    expect(savePreset(full, 'P7', new Map([['A', 'ON']]))[7]).toEqual(preset('P7', { A: 'ON' }));
  });
});

test('renaming keeps position and overrides; a blank or taken name changes nothing', () => {
  expect(names(renamePreset(ABC, 'B', ' X '))).toBe('AXC');
  expect(renamePreset(ABC, 'B', '  ')).toBe(ABC);
  expect(renamePreset(ABC, 'B', 'C')).toBe(ABC);
  expect(names(renamePreset(ABC, 'gone', 'X'))).toBe('ABC');
});

test.each([
  // name  by   order
  ['B', -1, 'BAC'],
  ['B', 1, 'ACB'],
  ['A', -1, 'ABC'],
  ['C', 1, 'ABC'],
  ['gone', 1, 'ABC'],
] as const)('moving %s by %i makes it %s', (name, by, order) => {
  expect(names(movePreset(ABC, name, by))).toBe(order);
});

test('a deleted preset can be restored to its position, unless its name is taken', () => {
  expect(names(deletePreset(ABC, 'B'))).toBe('AC');
  expect(restorePreset(deletePreset(ABC, 'B'), preset('B'), 1)).toEqual(ABC);
  expect(restorePreset(ABC, preset('B', { X: 'ON' }), 0)).toBe(ABC);
});

test.each([
  // text               name
  ['  x  ', 'x'],
  ['a\nb', 'a b'],
  ['\u202eabc', '\ufffdabc'],
  ['n'.repeat(81), 'n'.repeat(80)],
  [`${'n'.repeat(79)}\u{1f600}`, 'n'.repeat(79)],
  ['<b>', '<b>'],
])('%j becomes the name %j', (text, name) => {
  expect(presetName(text)).toBe(name);
});

describe('a stored list', () => {
  test.each([
    // type                   value
    ['nothing', undefined],
    ['a string', '[]'],
    ['an object', { 0: preset('A') }],
  ])('that is %s is empty', (_, value) => {
    expect(parsePresets(value)).toEqual([]);
  });

  test('is parsed without its invalid entries', () => {
    const value = [
      preset('A', { CHECKOUT: 'ONE_PAGE' }),
      null,
      { name: 'B' },
      preset('A', { SEARCH: 'FUZZY' }),
      { name: 'D', overrides: { A: 'ON', B: 1, 'no name': 'ON' } },
    ];

    expect(parsePresets(value)).toEqual([preset('A', { CHECKOUT: 'ONE_PAGE' }), preset('D', { A: 'ON' })]);
  });

  test('of any shape is parsed without an exception, and the result is valid', () => {
    const entry = fc.record(
      {
        name: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
        overrides: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.oneof(fc.array(fc.oneof(entry, fc.jsonValue())), fc.jsonValue()), (value) => {
        const presets = parsePresets(value);

        expect(parsePresets(structuredClone(presets))).toEqual(presets);
        expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
      }),
    );
  });
});
