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
  test('puts a new name last, and a known one in its place', () => {
    const overrides = new Map([['CHECKOUT', 'ONE_PAGE']]);

    expect(savePreset(ABC, ' D ', overrides)).toEqual([...ABC, preset('D', { CHECKOUT: 'ONE_PAGE' })]);
    expect(savePreset(ABC, 'B', overrides)).toEqual([preset('A'), preset('B', { CHECKOUT: 'ONE_PAGE' }), preset('C')]);
  });

  test('under a blank name does nothing', () => {
    expect(savePreset(ABC, ' \t', new Map())).toBe(ABC);
  });

  test('leaves out what no site can list', () => {
    const overrides = new Map([
      ['A', 'ON'],
      ['no name', 'ON'],
      ['B', ''],
    ]);

    expect(savePreset([], 'D', overrides)).toEqual([preset('D', { A: 'ON' })]);
  });

  test('ends at a hundred presets; one that is there can still be changed', () => {
    const full = Array.from({ length: 100 }, (_, at) => preset(`P${at}`));

    expect(savePreset(full, 'one more', new Map())).toBe(full);
    expect(savePreset(full, 'P7', new Map([['A', 'ON']]))[7]).toEqual(preset('P7', { A: 'ON' }));
  });
});

test('renaming keeps place and overrides; a blank or taken name is not given', () => {
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

test('what is deleted can be put back where it was, unless its name has been given away', () => {
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
])('%j is the name %j', (text, name) => {
  expect(presetName(text)).toBe(name);
});

describe('a stored list', () => {
  test.each([
    // what                   value
    ['nothing', undefined],
    ['a text', '[]'],
    ['an object', { 0: preset('A') }],
  ])('that is %s is empty', (_, value) => {
    expect(parsePresets(value)).toEqual([]);
  });

  test('loses bad entries one by one', () => {
    const value = [
      preset('A', { CHECKOUT: 'ONE_PAGE' }),
      null,
      { name: 'B' },
      preset('A', { SEARCH: 'FUZZY' }),
      { name: 'D', overrides: { A: 'ON', B: 1, 'no name': 'ON' } },
    ];

    expect(parsePresets(value)).toEqual([preset('A', { CHECKOUT: 'ONE_PAGE' }), preset('D', { A: 'ON' })]);
  });

  test('of any shape is read without a fuss, and what is read reads the same again', () => {
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
