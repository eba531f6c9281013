import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import type { IgnoredOverride } from '../../../../server-lib/wire/manifest.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  PAYMENTS: { variants: ['OPEN', 'CLOSED'], default: 'OPEN', overridable: false },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
  constructor: { variants: ['ON', 'OFF'], default: 'OFF' },
});
const keeper = createGatekeeper({ flags });

/** How the manifest describes the overrides of a cookie. */
function outcome(cookie: string) {
  const gate = keeper.gateFor({ cookie, mayOverride: true });
  const { applied, ignored, problem } = manifestOf(keeper, gate).overrides;
  return { applied, ignored, problem, overrides: gate.browserOverrides() };
}

interface Sorted {
  readonly sent: Readonly<Record<string, unknown>>;
  readonly applied: readonly string[];
  readonly ignored: readonly IgnoredOverride[];
}

test.each<Sorted>([
  { sent: { CHECKOUT: 'ONE_PAGE' }, applied: ['CHECKOUT'], ignored: [] },
  { sent: { CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' }, applied: ['CHECKOUT', 'SEARCH'], ignored: [] },
  { sent: {}, applied: [], ignored: [] },
  { sent: { OLD: 'ON' }, applied: [], ignored: [{ flag: 'OLD', variant: 'ON', code: 'unknown-flag' }] },
  { sent: { OLD: 7 }, applied: [], ignored: [{ flag: 'OLD', code: 'unknown-flag' }] },
  {
    sent: { checkout: 'ONE_PAGE' },
    applied: [],
    ignored: [{ flag: 'checkout', variant: 'ONE_PAGE', code: 'unknown-flag' }],
  },
  { sent: { SEARCH: 'GONE' }, applied: [], ignored: [{ flag: 'SEARCH', variant: 'GONE', code: 'unknown-variant' }] },
  {
    sent: { SEARCH: 'toString' },
    applied: [],
    ignored: [{ flag: 'SEARCH', variant: 'toString', code: 'unknown-variant' }],
  },
  { sent: { SEARCH: '' }, applied: [], ignored: [{ flag: 'SEARCH', variant: '', code: 'unknown-variant' }] },
  { sent: { SEARCH: null }, applied: [], ignored: [{ flag: 'SEARCH', code: 'not-a-string' }] },
  { sent: { SEARCH: ['FUZZY'] }, applied: [], ignored: [{ flag: 'SEARCH', code: 'not-a-string' }] },
  { sent: { SEARCH: { v: 'FUZZY' } }, applied: [], ignored: [{ flag: 'SEARCH', code: 'not-a-string' }] },
  { sent: { SEARCH: true }, applied: [], ignored: [{ flag: 'SEARCH', code: 'not-a-string' }] },
  { sent: { PAYMENTS: 'CLOSED' }, applied: [], ignored: [{ flag: 'PAYMENTS', variant: 'CLOSED', code: 'locked' }] },
  { sent: { PAYMENTS: 'GONE' }, applied: [], ignored: [{ flag: 'PAYMENTS', variant: 'GONE', code: 'locked' }] },
  { sent: { PAYMENTS: 1 }, applied: [], ignored: [{ flag: 'PAYMENTS', code: 'not-a-string' }] },
  {
    sent: { SEARCH: 'FUZZY', OLD: 'ON' },
    applied: ['SEARCH'],
    ignored: [{ flag: 'OLD', variant: 'ON', code: 'unknown-flag' }],
  },
  { sent: { constructor: 'ON' }, applied: ['constructor'], ignored: [] },
  { sent: { toString: 'ON' }, applied: [], ignored: [{ flag: 'toString', variant: 'ON', code: 'unknown-flag' }] },
])('of $sent, $applied apply and $ignored are ignored', ({ sent, applied, ignored }) => {
  const entries = Object.entries(sent).filter(([flag]) => applied.includes(flag));

  expect(outcome(overrideCookie(sent))).toEqual({ applied, ignored, overrides: Object.fromEntries(entries) });
});

test.each([
  // text                                                    applied       ignored
  ['{"SEARCH":"FUZZY","A":"x","SEARCH":"GONE"}', [], ['A', 'SEARCH']],
  ['{"SEARCH":"GONE","A":"x","SEARCH":"FUZZY"}', ['SEARCH'], ['A']],
  ['{"B":"V1","A":"x","B":"V2"}', [], ['A', 'B']],
])('of a flag that %s names twice, the last entry counts, encoded or not', (text, applied, ignored) => {
  for (const value of [text, encodeURIComponent(text)]) {
    const found = outcome(`gatekeeper=${value}`);

    expect(found.applied).toEqual(applied);
    expect(found.ignored.map(({ flag }) => flag).sort()).toEqual(ignored);
  }
});

test('a hidden flag can be overridden but is not published', () => {
  const gate = keeper.gateFor({ cookie: overrideCookie({ SECRET: 'ON' }), mayOverride: true });

  expect(gate.ff('SECRET', 'ON')).toBe(true);
  expect(gate.browserOverrides()).toEqual({ SECRET: 'ON' });
  expect(manifestOf(keeper, gate).overrides).toMatchObject({ applied: [], ignored: [] });
});

test('the entry __proto__ is an unknown flag and changes no other', () => {
  const { applied, ignored } = outcome('gatekeeper={"__proto__":{"SEARCH":"FUZZY"},"CHECKOUT":"ONE_PAGE"}');

  expect(applied).toEqual(['CHECKOUT']);
  expect(ignored).toEqual([{ flag: '__proto__', code: 'unknown-flag' }]);
});

test.each([
  { cookie: 'gatekeeper=', problem: 'malformed' },
  { cookie: 'gatekeeper={"SEARCH":', problem: 'malformed' },
  { cookie: 'gatekeeper=%7B%22SEARCH%22', problem: 'malformed' },
  { cookie: 'gatekeeper=%FF', problem: 'malformed' },
  { cookie: 'gatekeeper=["SEARCH"]', problem: 'malformed' },
  { cookie: 'gatekeeper=null', problem: 'malformed' },
  { cookie: `gatekeeper=${'x'.repeat(4_087)}`, problem: 'too-large' },
  { cookie: 'other=1', problem: undefined },
  { cookie: 'not-gatekeeper={"SEARCH":"FUZZY"}', problem: undefined },
  { cookie: '', problem: undefined },
])('$cookie overrides nothing: $problem', ({ cookie, problem }) => {
  expect(outcome(cookie)).toEqual({ applied: [], ignored: [], problem, overrides: {} });
});

test('no cookie changes a locked flag or makes an evaluation fail', () => {
  const value = fc.oneof(fc.constantFrom('CLOSED', 'OPEN', 'FUZZY', 'ON'), fc.jsonValue());
  const cookie = fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(flags)), fc.string()), value);
  fc.assert(
    fc.property(cookie, (sent) => {
      const gate = keeper.gateFor({ cookie: overrideCookie(sent), mayOverride: true });

      expect(gate.ffVariant('PAYMENTS')).toBe('OPEN');
      expect(flags.SEARCH.variants).toContain(gate.ffVariant('SEARCH'));
    }),
  );
});

test('onOverridden may evaluate a flag', () => {
  const calls: unknown[] = [];
  const gate = keeper.gateFor({
    cookie: overrideCookie({ SECRET: 'ON' }),
    mayOverride: true,
    onOverridden: () => calls.push(gate.isOverridden(), gate.ff('SECRET', 'ON')),
  });

  expect(gate.ff('SECRET', 'ON')).toBe(true);
  expect(calls).toEqual([true, true]);
});

test('a manifest written while overrides are suspended lists none, and pins no evaluation', () => {
  const gate = keeper.gateFor({ cookie: overrideCookie({ SEARCH: 'FUZZY' }), mayOverride: true });
  const current = () => manifestOf(keeper, gate).flags.find(({ name }) => name === 'SEARCH')?.current;

  expect(gate.withoutOverrides(current)).not.toBe('FUZZY');
  expect(gate.ffVariant('SEARCH')).toBe('FUZZY');
  expect(gate.withoutOverrides(current)).not.toBe('FUZZY');
});
