import { describe, expect, test } from 'vitest';
import { type FlagRow, flagRows, orphanOverrides, searchRows } from '../../../../extension/app/flags/flag-rows.ts';
import { readStored, type StoredOverrides } from '../../../../extension/app/session/stored-overrides.ts';
import { type Manifest, parseManifest } from '../../../../server-lib/wire.ts';

const stored = (overrides: object | null): StoredOverrides =>
  readStored(overrides === null ? [] : [['gatekeeper', JSON.stringify(overrides)]], 'gatekeeper');

/** A manifest with two flags, A and B, and further fields for A and for the overrides. */
function manifest(ofA: object = {}, ofOverrides: object = {}): Manifest {
  const document = {
    gatekeeper: 1,
    overrides: { state: 'enabled', ...ofOverrides },
    flags: [
      { name: 'A', variants: ['ON', 'OFF'], current: 'OFF', source: 'default', ...ofA },
      { name: 'B', variants: ['ON', 'OFF'] },
    ],
  };
  const reading = parseManifest(JSON.stringify(document));
  if (reading.kind !== 'manifest') throw new Error('not a manifest');
  return reading.manifest;
}

function rowOfA(cookie: object | null, ofA?: object, ofOverrides?: object, isCurrent = true): FlagRow {
  const [row] = flagRows(manifest(ofA, ofOverrides), stored(cookie), isCurrent);
  if (row === undefined) throw new Error('no row');
  return row;
}

test('there is one row for each flag, in the manifest’s order', () => {
  const rows = flagRows(manifest(), stored({ B: 'ON', A: 'ON' }), true);

  expect(rows.map(({ flag, chosen }) => `${flag.name} ${chosen}`)).toEqual(['A ON', 'B ON']);
});

describe('chosen is', () => {
  test.each([
    // cookie          chosen
    [null, ''],
    [{}, ''],
    [{ B: 'ON' }, ''],
    [{ A: 'ON' }, 'ON'],
    [{ A: 'GONE' }, undefined],
    [{ A: 'on' }, undefined],
    [{ A: '' }, undefined],
    [{ A: 7 }, undefined],
    [{ A: null }, undefined],
    [{ a: 'ON' }, ''],
  ])('for the cookie %j: %j', (cookie, chosen) => {
    expect(rowOfA(cookie).chosen).toBe(chosen);
  });

  test('empty for a cookie that cannot be read', () => {
    const [row] = flagRows(manifest(), readStored([['gatekeeper', '%7B']], 'gatekeeper'), true);

    expect(row?.chosen).toBe('');
  });
});

describe('a flag', () => {
  test.each([
    // state             overridable  read-only
    ['enabled', true, undefined],
    ['enabled', false, 'locked'],
    ['disabled', true, 'site'],
    ['disabled', false, 'site'],
    ['grant-required', true, 'site'],
    ['nonsense', true, 'site'],
  ])('of a site that is %s, overridable %j, is read-only: %j', (state, overridable, readOnly) => {
    expect(rowOfA(null, { overridable }, { state }).readOnly).toBe(readOnly);
  });
});

describe('the warning about an override', () => {
  const CODES = ['unknown-flag', 'unknown-variant', 'not-a-string', 'locked', 'out-of-scope'] as const;

  test.each(CODES)('has the server’s code: %s', (code) => {
    const row = rowOfA({ A: 'ON' }, {}, { ignored: [{ flag: 'A', code }] });

    expect(row.warning).toEqual({ kind: 'ignored', code, variant: 'ON' });
  });

  test.each([
    // cookie         of the flag              warning
    [null, {}, undefined],
    [{ A: 'ON' }, { source: 'override', current: 'ON' }, undefined],
    [{ A: 'ON' }, { source: 'override', current: 'OFF' }, { kind: 'not-used' }],
    [{ A: 'ON' }, { source: undefined }, undefined],
    [{ A: 'ON' }, { source: 'default' }, { kind: 'not-used' }],
    [{ A: 'ON' }, { source: 'rule' }, { kind: 'not-used' }],
    [{ A: 'ON' }, { source: 'error' }, { kind: 'not-used' }],
    [{ A: 'GONE' }, {}, { kind: 'ignored', code: 'unknown-variant', variant: 'GONE' }],
    [{ A: '' }, {}, { kind: 'ignored', code: 'unknown-variant', variant: '' }],
    [{ A: 7 }, {}, { kind: 'ignored', code: 'not-a-string', variant: '' }],
    [{ B: 'ON' }, {}, undefined],
  ])('with the cookie %j and the manifest %j is %j', (cookie, ofA, warning) => {
    expect(rowOfA(cookie, ofA).warning).toEqual(warning);
  });

  test('is not given before the server has received the override', () => {
    expect(rowOfA({ A: 'ON' }, {}, { ignored: [{ flag: 'A', code: 'locked' }] }, false).warning).toBeUndefined();
  });

  test('is not given for an override that is only in the manifest', () => {
    expect(rowOfA(null, {}, { ignored: [{ flag: 'A', code: 'locked' }] }).warning).toBeUndefined();
  });
});

describe('orphan overrides', () => {
  test('are the overrides of unlisted flags, with the server’s reason if it gives one', () => {
    const given = manifest({}, { ignored: [{ flag: 'OLD', variant: 'ON', code: 'unknown-flag' }] });

    const orphans = orphanOverrides(given, stored({ A: 'ON', OLD: 'ON', HIDDEN: 'ON', BROKEN: 7 }));

    expect(orphans).toEqual([
      { name: 'OLD', label: 'OLD', variant: 'ON', code: 'unknown-flag' },
      { name: 'HIDDEN', label: 'HIDDEN', variant: 'ON', code: undefined },
      { name: 'BROKEN', label: 'BROKEN', variant: undefined, code: undefined },
    ]);
  });

  test('that the site does not know may belong to another site, if the cookie is shared', () => {
    const ignored = [
      { flag: 'OLD', code: 'unknown-flag' },
      { flag: 'BROKEN', code: 'not-a-string' },
    ];

    const orphans = orphanOverrides(manifest({}, { ignored }), stored({ OLD: 'ON', HIDDEN: 'ON', BROKEN: 7 }), true);

    expect(orphans.map(({ name, isElsewhere }) => [name, isElsewhere])).toEqual([
      ['OLD', true],
      ['HIDDEN', undefined],
      ['BROKEN', undefined],
    ]);
  });

  test('are none if every override has a row', () => {
    expect(orphanOverrides(manifest(), stored({ A: 'GONE', B: 7 }))).toEqual([]);
  });

  test('have safe, short labels, and keep their exact name in the cookie', () => {
    const name = `\u202e${'x'.repeat(2_500)}`;
    const given = manifest({}, { ignored: [{ flag: name, code: 'unknown-flag' }] });

    const [orphan] = orphanOverrides(given, stored({ [name]: 'O\u0000N' }));

    expect(orphan?.name).toBe(name);
    expect(orphan?.label).toBe(`\ufffd${'x'.repeat(1_999)}`);
    expect(orphan?.variant).toBe('O\ufffdN');
    expect(orphan?.code).toBe('unknown-flag');
  });
});

describe('a search', () => {
  const ofA = {
    name: 'CHECKOUT',
    description: 'How one pays',
    owner: 'Web-Team',
    tags: ['money', 'forms'],
    values: { ON: { perDay: 250 } },
  };
  const rows = flagRows(manifest(ofA), stored(null), true);

  test.each([
    // search             finds
    ['', ['CHECKOUT', 'B']],
    ['   ', ['CHECKOUT', 'B']],
    ['check', ['CHECKOUT']],
    ['PAYS', ['CHECKOUT']],
    ['web-team', ['CHECKOUT']],
    ['money', ['CHECKOUT']],
    ['forms', ['CHECKOUT']],
    ['off', ['CHECKOUT', 'B']],
    ['250', ['CHECKOUT']],
    ['perday', ['CHECKOUT']],
    ['  money   check ', ['CHECKOUT']],
    ['money nothing', []],
    ['moneyforms', []],
    ['.*', []],
    ['undefined', []],
  ])('for %j finds %j', (search, names) => {
    expect(searchRows(rows, search).map(({ flag }) => flag.name)).toEqual(names);
  });
});
