import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceptedOverrides, applyOverrides, planOverrides } from '../../../../extension/app/sharing/override-plan.ts';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';
import { documentState, readyState } from '../../ui/popup/states.ts';

const plan = (
  stored: Readonly<Record<string, unknown>>,
  proposed: Readonly<Record<string, unknown>>,
  mode: 'add' | 'replace' = 'add',
) => planOverrides(readyState(stored), new Map(Object.entries(proposed)), mode);

test('a plan distinguishes a new override, another variant and the same variant', () => {
  const stored = { CHECKOUT: 'CLASSIC' };

  expect(plan(stored, { CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' })).toEqual({
    changes: [
      { flag: 'CHECKOUT', from: 'CLASSIC', to: 'ONE_PAGE' },
      { flag: 'SEARCH', from: undefined, to: 'FUZZY' },
    ],
    same: [],
    refused: [],
    excess: 0,
  });
  expect(plan(stored, { CHECKOUT: 'CLASSIC' })).toMatchObject({
    changes: [],
    same: [{ flag: 'CHECKOUT', from: 'CLASSIC', to: 'CLASSIC' }],
  });
});

test('adding keeps the simulated context, replacing removes it and says so', () => {
  const stored = { '@country': 'NL', '@gone': 7 };

  expect(plan(stored, { CHECKOUT: 'ONE_PAGE' }, 'add').changes.map(({ flag }) => flag)).toEqual(['CHECKOUT']);
  expect(plan(stored, { CHECKOUT: 'ONE_PAGE' }, 'replace').changes).toEqual([
    { flag: 'CHECKOUT', from: undefined, to: 'ONE_PAGE' },
    { flag: '@country', from: 'NL', to: undefined },
    { flag: '@gone', from: '', to: undefined },
  ]);
});

test.each([
  // key         proposed                 code
  ['@country', 'NL', undefined],
  ['@country', 'FR', 'invalid-value'],
  ['@country', 7, 'invalid-value'],
  ['@country', ['NL'], 'invalid-value'],
  ['@seats', '42', undefined],
  ['@seats', '501', 'invalid-value'],
  ['@seats', '0x10', 'invalid-value'],
  ['@time', '2027-01-01T00:00:00Z', undefined],
  ['@time', '2027-02-30T00:00:00Z', 'invalid-value'],
  ['@user', '42', 'unknown-attribute'],
  ['@plan', 'pro', 'unknown-attribute'],
  ['@', '', 'unknown-attribute'],
  ['@constructor', 'NL', 'unknown-attribute'],
  ['@__proto__', 'NL', 'unknown-attribute'],
])('the simulated context %s proposed as %j has the code %s', (key, proposed, code) => {
  const attributes = [
    { name: 'country', type: 'string' as const, values: ['DE', 'NL'] },
    { name: 'seats', type: 'number' as const, min: 1, max: 500 },
  ];
  const site = readyState();
  const manifest = { ...site.manifest, context: { attributes, time: {} } };

  const { changes, refused } = planOverrides({ ...site, manifest }, new Map([[key, proposed]]), 'add');

  expect(changes.map(({ flag, to }) => [flag, to])).toEqual(code === undefined ? [[key, proposed]] : []);
  expect(refused.map((one) => [one.flag, one.code])).toEqual(code === undefined ? [] : [[key, code]]);
});

test('a site that simulates nothing accepts no part of a simulated context', () => {
  expect(plan({}, { '@country': 'NL', '@user': '42' }).refused.map(({ flag, code }) => [flag, code])).toEqual([
    ['@country', 'unknown-attribute'],
    ['@user', 'unknown-attribute'],
  ]);
});

test('adding removes nothing; replacing removes all other overrides, also those of unknown flags', () => {
  const stored = { SEARCH: 'FUZZY', OLD: 'ON' };

  expect(plan(stored, { CHECKOUT: 'ONE_PAGE' }, 'add').changes).toEqual([
    { flag: 'CHECKOUT', from: undefined, to: 'ONE_PAGE' },
  ]);
  expect(plan(stored, { CHECKOUT: 'ONE_PAGE' }, 'replace').changes).toEqual([
    { flag: 'CHECKOUT', from: undefined, to: 'ONE_PAGE' },
    { flag: 'SEARCH', from: 'FUZZY', to: undefined },
    { flag: 'OLD', from: 'ON', to: undefined },
  ]);
});

test.each([
  // flag     proposed  shown     code
  ['GONE', 'ON', 'ON', 'unknown-flag'],
  ['SECRET', 'ON', 'ON', 'unknown-flag'],
  ['constructor', 'ON', 'ON', 'unknown-flag'],
  ['GONE', 7, undefined, 'unknown-flag'],
  ['CHECKOUT', 'GONE', 'GONE', 'unknown-variant'],
  ['CHECKOUT', '', '', 'unknown-variant'],
  ['CHECKOUT', 7, undefined, 'not-a-string'],
  ['CHECKOUT', ['CLASSIC'], undefined, 'not-a-string'],
  ['PAYMENTS', 'OFF', 'OFF', 'locked'],
  ['PAYMENTS', 'GONE', 'GONE', 'locked'],
])('%s proposed as %j is refused with the server’s code: %j, %s', (flag, proposed, variant, code) => {
  expect(plan({}, { [flag]: proposed, SEARCH: 'FUZZY' })).toMatchObject({
    changes: [{ flag: 'SEARCH', from: undefined, to: 'FUZZY' }],
    refused: [{ flag, variant, code }],
  });
});

test('a refused override is not listed as already set, even if its flag is overridden', () => {
  expect(plan({ CHECKOUT: 'CLASSIC' }, { CHECKOUT: 'GONE' })).toMatchObject({
    changes: [],
    same: [],
    refused: [{ flag: 'CHECKOUT', variant: 'GONE', code: 'unknown-variant' }],
  });
});

test.each([
  // mode     further changes
  ['add', []],
  ['replace', [{ flag: 'CHECKOUT', from: '', to: undefined }]],
] as const)('the mode %s has these changes for a cookie entry that is not a string: %j', (mode, changes) => {
  expect(planOverrides(readyState({ CHECKOUT: 7 }), new Map([['SEARCH', 'FUZZY']]), mode).changes).toEqual([
    { flag: 'SEARCH', from: undefined, to: 'FUZZY' },
    ...changes,
  ]);
});

test('the excess bytes are given; a plan that makes the cookie smaller always fits', () => {
  const site = { ...readyState({ SEARCH: 'FUZZY' }), maxBytes: 30 };

  expect(planOverrides(site, new Map([['CHECKOUT', 'CLASSIC']]), 'add').excess).toBeGreaterThan(0);
  expect(planOverrides(site, new Map(), 'replace').excess).toBe(0);
});

test('control and bidirectional characters are removed from untrusted names', () => {
  const [refused] = plan({}, { '<b>\u202e\n': '\u0000' }).refused;

  expect(refused).toEqual({ flag: '<b>\ufffd ', variant: '\ufffd', code: 'unknown-flag' });
});

test('making the planned changes one by one gives the same overrides as applying', () => {
  const name = fc.constantFrom('CHECKOUT', 'SEARCH', 'PAYMENTS', 'SECRET', 'OLD', 'constructor');
  const variant = fc.constantFrom('CLASSIC', 'ONE_PAGE', 'EXACT', 'FUZZY', 'ON', 'OFF');
  const proposed = fc.dictionary(name, fc.oneof({ weight: 4, arbitrary: variant }, fc.jsonValue()));

  fc.assert(
    fc.property(
      fc.dictionary(name, variant),
      proposed,
      fc.constantFrom('add' as const, 'replace' as const),
      (stored, entries, mode) => {
        const state = readyState(stored);
        const requested = new Map(Object.entries(entries));

        const { changes, same, refused } = planOverrides(state, requested, mode);

        const made = new Map(state.stored.variants);
        for (const { flag, to } of changes) {
          if (to === undefined) made.delete(flag);
          else made.set(flag, to);
        }
        const applied = applyOverrides(acceptedOverrides(state.manifest, requested), mode)(state.stored.variants);
        expect([...made].sort()).toEqual([...applied].sort());
        const named = [...changes, ...same, ...refused].map(({ flag }) => flag);
        expect([...requested.keys()].filter((flag) => !named.includes(flag))).toEqual([]);
      },
    ),
  );
});

test('what a plan refuses of a simulated context, and why, is what the server ignores', () => {
  const keeper = createGatekeeper({
    flags: { CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' } },
    simulate: { userId: true, time: true, attributes: { country: ['DE', 'NL'], seats: { min: 1, max: 500 } } },
  });
  const manifestFor = (cookie: string) => manifestOf(keeper, keeper.gateFor({ cookie, mayOverride: true }));
  const site = documentState(manifestFor(''));
  const name = fc.constantFrom('@user', '@time', '@country', '@seats', '@plan', '@', 'CHECKOUT', 'GONE');
  const value = fc.oneof(
    fc.constantFrom(
      'NL',
      'nl',
      '42',
      '501',
      '1e2',
      ' 7',
      '2027-01-01T00:00:00Z',
      '2027-02-30T00:00:00Z',
      'ONE_PAGE',
      '',
    ),
    fc.integer({ min: -1, max: 600 }).map(String),
    fc.string({ minLength: 126, maxLength: 131 }),
    fc.jsonValue({ maxDepth: 1 }),
  );

  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (entries) => {
      const { refused } = planOverrides(site, new Map(Object.entries(entries)), 'add');

      const { ignored, problem } = manifestFor(overrideCookie(entries)).overrides;
      fc.pre(problem === undefined);
      const codes = (list: readonly { readonly flag: string; readonly code: string }[]) =>
        list.map(({ flag, code }) => `${flag} ${code}`).sort();
      expect(codes(refused)).toEqual(codes(ignored));
    }),
  );
});
