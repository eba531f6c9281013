import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overridesJson } from '../../../../extension/app/sharing/export-formats.ts';
import { parseImport } from '../../../../extension/app/sharing/import-overrides.ts';
import { shareLink } from '../../../../extension/app/sharing/share-link.ts';

test.each([
  // text                                              problem
  ['{', 'not-json'],
  ['CHECKOUT=ONE_PAGE', 'not-json'],
  ['<script>', 'not-json'],
  ['https://shop.example/', 'not-json'],
  ['https://shop.example/#gatekeeper=[]', 'not-json'],
  ['[]', 'not-an-object'],
  ['[{"CHECKOUT":"ONE_PAGE"}]', 'not-an-object'],
  ['"CHECKOUT"', 'not-an-object'],
  ['7', 'not-an-object'],
  ['null', 'not-an-object'],
  [`{"A":"${'x'.repeat(65_536)}"}`, 'too-large'],
  [`https://shop.example/#gatekeeper={"A":"${'x'.repeat(4_096)}"}`, 'too-large'],
])('parsing %s gives the problem %s', (text, problem) => {
  expect(parseImport(text)).toEqual({ kind: 'problem', problem });
});

test.each(['', ' \n\t'])('parsing %j gives an empty result', (text) => {
  expect(parseImport(text)).toEqual({ kind: 'empty' });
});

test('entries with values of any type are kept for the preview', () => {
  expect(parseImport('{"A":"ON","B":7,"__proto__":"ON","":null}')).toEqual({
    kind: 'entries',
    entries: new Map<string, unknown>([
      ['A', 'ON'],
      ['B', 7],
      ['__proto__', 'ON'],
      ['', null],
    ]),
  });
});

test('overrides copied as JSON or as a link can be imported', () => {
  const overrides = fc
    .dictionary(fc.string({ unit: 'grapheme', maxLength: 9 }), fc.string({ unit: 'grapheme', maxLength: 9 }))
    .map((record) => new Map(Object.entries(record)));

  fc.assert(
    fc.property(overrides, (copied) => {
      const entries = new Map([...copied].sort());
      const back = parseImport(overridesJson(copied));

      expect(back.kind === 'entries' && new Map([...back.entries].sort())).toEqual(entries);
      expect(parseImport(` ${shareLink('https://shop.example/', copied)}\n`)).toEqual({ kind: 'entries', entries });
    }),
  );
});

test('the copied JSON is sorted, with one flag per line', () => {
  const overrides = new Map([
    ['B', 'ON'],
    ['A', 'OFF'],
  ]);

  expect(overridesJson(overrides)).toBe('{\n  "A": "OFF",\n  "B": "ON"\n}\n');
});

test('parsing never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      expect(['empty', 'entries', 'problem']).toContain(parseImport(text).kind);
    }),
  );
});
