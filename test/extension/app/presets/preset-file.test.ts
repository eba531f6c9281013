import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_FILE_LENGTH,
  parsePresetFile,
  serializePresetFile,
} from '../../../../extension/app/presets/preset-file.ts';
import { parsePresets } from '../../../../extension/app/presets/presets.ts';

const SHOP = 'https://shop.example';
const LAUNCH = { name: 'Launch', overrides: { CHECKOUT: 'ONE_PAGE' } };
const holding = (entries: unknown, site = SHOP): string => JSON.stringify({ presets: { [site]: entries } });

test.each([
  // content                    problem
  ['{', 'not-json'],
  ['<script>', 'not-json'],
  ['[]', 'not-presets'],
  ['null', 'not-presets'],
  ['{"CHECKOUT":"ONE_PAGE"}', 'not-presets'],
  ['{"presets":[]}', 'not-presets'],
  ['{"__proto__":{"presets":{}}}', 'not-presets'],
  [' '.repeat(MAX_FILE_LENGTH).concat('{}'), 'too-large'],
])('parsing %.30s gives the problem %s', (text, problem) => {
  expect(parsePresetFile(text)).toEqual({ kind: 'problem', problem });
});

test.each(['', ' \n\t'])('parsing %j gives an empty file', (text) => {
  expect(parsePresetFile(text)).toEqual({ kind: 'empty' });
});

describe('in a file', () => {
  test.each([
    // site                       entries     is shown as
    ['shop.example', [LAUNCH], 'shop.example'],
    ['https://shop.example/', [LAUNCH], 'https://shop.example/'],
    ['ftp://shop.example', [LAUNCH], 'ftp://shop.example'],
    ['javascript:alert(1)', [LAUNCH], 'javascript:alert(1)'],
    ['__proto__', [LAUNCH], '__proto__'],
    ['\u202e<img src=x>', [LAUNCH], '\ufffd<img src=x>'],
    ['x'.repeat(5_000), [LAUNCH], 'x'.repeat(80)],
    [SHOP, { 0: LAUNCH }, SHOP],
    [SHOP, null, SHOP],
  ])('the site %.40j with %j is invalid', (site, entries, shown) => {
    const text = `{"presets":{${JSON.stringify(site)}:${JSON.stringify(entries)}}}`;

    expect(parsePresetFile(text)).toEqual({ kind: 'presets', presets: [], wrong: [{ kind: 'site', site: shown }] });
  });

  test('an invalid entry is skipped and reported by its number', () => {
    const reading = parsePresetFile(
      holding([null, LAUNCH, { name: ' ', overrides: {} }, { name: 'B', overrides: [] }]),
    );

    expect(reading).toEqual({
      kind: 'presets',
      presets: [{ origin: SHOP, preset: LAUNCH }],
      wrong: [1, 3, 4].map((number) => ({ kind: 'preset', site: SHOP, number })),
    });
  });

  test('an override with an invalid flag or variant name is left out and counted', () => {
    const reading = parsePresetFile(
      holding([{ name: 'Launch', overrides: { CHECKOUT: 'ONE_PAGE', A: 1, 'a b': 'ON' } }]),
    );

    expect(reading).toEqual({
      kind: 'presets',
      presets: [{ origin: SHOP, preset: LAUNCH }],
      wrong: [{ kind: 'overrides', site: SHOP, preset: 'Launch', dropped: 2 }],
    });
  });

  test('a name is cut to 80 characters', () => {
    const reading = parsePresetFile(holding([{ name: 'n'.repeat(300), overrides: {} }]));

    expect(reading).toMatchObject({ presets: [{ preset: { name: 'n'.repeat(80) } }] });
  });
});

test('exported presets are imported unchanged', () => {
  const name = fc.stringMatching(/^[\w<>"& -]{0,8}[\w<>"&]$/).map((text) => text.trim());
  const flag = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/);
  const presets = fc
    .uniqueArray(fc.record({ name, overrides: fc.dictionary(flag, flag) }), { selector: (one) => one.name })
    .map(parsePresets);
  const origin = fc.nat(9_999).map((port) => `http://localhost:${port + 1_024}`);

  fc.assert(
    fc.property(fc.dictionary(origin, presets), (byOrigin) => {
      const sites = new Map(Object.entries(byOrigin));
      const entries = [...sites].flatMap(([origin, list]) => list.map((preset) => ({ origin, preset })));

      expect(parsePresetFile(serializePresetFile(sites))).toEqual({ kind: 'presets', presets: entries, wrong: [] });
    }),
  );
});

test('parsing never throws, and every parsed preset is valid', () => {
  const origin = fc.constantFrom(SHOP, 'http://localhost:3000', 'shop.example', '__proto__');
  const entry = fc.record(
    {
      name: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      overrides: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const file = fc
    .dictionary(fc.oneof(origin, fc.string()), fc.oneof(fc.array(fc.oneof(entry, fc.jsonValue())), fc.jsonValue()))
    .map((presets) => JSON.stringify({ presets }));

  fc.assert(
    fc.property(fc.oneof(file, fc.string({ unit: 'binary' }), fc.json()), (text) => {
      const reading = parsePresetFile(text);

      if (reading.kind !== 'presets') return;
      for (const { origin, preset } of reading.presets) {
        expect(new URL(origin).origin).toBe(origin);
        expect(parsePresets([preset])).toEqual([preset]);
      }
    }),
  );
});
