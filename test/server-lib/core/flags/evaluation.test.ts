import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type UserId } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const VARIANTS = ['BROWSER', 'LISTED', 'CODE', 'DEFAULT'] as const;

test.each([
  // Every source has a variant: the first source counts.
  { browser: 'BROWSER', userId: 7, code: 'CODE', variant: 'BROWSER', source: 'override', reason: 'STATIC' },
  { browser: undefined, userId: 7, code: 'CODE', variant: 'LISTED', source: 'user', reason: 'TARGETING_MATCH' },
  { browser: undefined, userId: 8, code: 'CODE', variant: 'CODE', source: 'code', reason: 'TARGETING_MATCH' },
  { browser: undefined, userId: 8, code: undefined, variant: 'DEFAULT', source: 'default', reason: 'DEFAULT' },
  // A source without a variant is skipped.
  { browser: 'GONE', userId: 7, code: 'CODE', variant: 'LISTED', source: 'user', reason: 'TARGETING_MATCH' },
  { browser: 'BROWSER', userId: 8, code: undefined, variant: 'BROWSER', source: 'override', reason: 'STATIC' },
  { browser: undefined, userId: undefined, code: 'CODE', variant: 'CODE', source: 'code', reason: 'TARGETING_MATCH' },
  { browser: undefined, userId: null, code: undefined, variant: 'DEFAULT', source: 'default', reason: 'DEFAULT' },
  // The default, chosen on purpose, is still a choice.
  { browser: 'DEFAULT', userId: 7, code: 'CODE', variant: 'DEFAULT', source: 'override', reason: 'STATIC' },
  { browser: undefined, userId: 8, code: 'DEFAULT', variant: 'DEFAULT', source: 'code', reason: 'TARGETING_MATCH' },
] as const)(
  'browser $browser, user $userId, code $code: $variant by $source',
  ({ browser, userId, code, ...evaluation }) => {
    const flags = defineFlags({
      FLAG: { variants: VARIANTS, default: 'DEFAULT', users: { LISTED: [7] }, decide: () => code },
    });
    const cookie = browser && overrideCookie({ FLAG: browser });

    const gate = createGatekeeper({ flags }).gateFor({ cookie, userId, mayOverride: true });

    expect(gate.explain('FLAG')).toEqual({ flag: 'FLAG', value: evaluation.variant, ...evaluation });
    expect(gate.ffVariant('FLAG')).toBe(evaluation.variant);
    expect(gate.getFeatureFlagVariant('FLAG')).toBe(evaluation.variant);
    expect(gate.ffValue('FLAG')).toBe(evaluation.variant);
    for (const variant of VARIANTS) {
      expect(gate.ff('FLAG', variant)).toBe(variant === evaluation.variant);
      expect(gate.featureFlag('FLAG', variant)).toBe(variant === evaluation.variant);
    }
  },
);

test('a browser that may not override gets the same variants as without its cookie', () => {
  const flags = defineFlags({ FLAG: { variants: VARIANTS, default: 'DEFAULT', users: { LISTED: [7] } } });
  const cookie = overrideCookie({ FLAG: 'BROWSER' });

  const gate = createGatekeeper({ flags }).gateFor({ cookie, userId: 7, mayOverride: false });

  expect(gate.explain('FLAG')).toMatchObject({ variant: 'LISTED', source: 'user' });
});

test.each<{ readonly listed: UserId; readonly userId: UserId; readonly found: boolean }>([
  { listed: 7, userId: 7, found: true },
  { listed: 7, userId: '7', found: true },
  { listed: '7', userId: 7, found: true },
  { listed: 0, userId: '0', found: true },
  { listed: -0, userId: 0, found: true },
  { listed: '', userId: '', found: true },
  { listed: 'ann@example.com', userId: 'ann@example.com', found: true },
  { listed: '__proto__', userId: '__proto__', found: true },
  { listed: 7, userId: '07', found: false },
  { listed: 7, userId: '7 ', found: false },
  { listed: 'Ann', userId: 'ann', found: false },
  { listed: 7, userId: 'constructor', found: false },
])('a list with $listed matches user $userId: $found', ({ listed, userId, found }) => {
  const flags = defineFlags({ FLAG: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: [listed] } } });

  expect(createGatekeeper({ flags }).gateFor({ userId }).ff('FLAG', 'ON')).toBe(found);
});

test('a flag without user lists does not read the user', () => {
  const flags = defineFlags({ PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' } });
  const gate = createGatekeeper({ flags }).gateFor({
    get userId(): UserId {
      throw new Error('read the user');
    },
  });

  expect(gate.explain('PLAIN')).toEqual({
    flag: 'PLAIN',
    variant: 'OFF',
    value: 'OFF',
    source: 'default',
    reason: 'DEFAULT',
  });
});

test('the evaluations of a gate are frozen', () => {
  const flags = defineFlags({
    FLAG: { variants: ['ON', 'OFF'], default: 'OFF' },
    BROKEN: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'NO' as 'ON' },
  });
  const gate = createGatekeeper({ flags, onError: () => {} }).gateFor();

  expect(Object.isFrozen(gate.explain('FLAG'))).toBe(true);
  expect(Object.isFrozen(gate.explain('BROKEN'))).toBe(true);
});

test('requests with the same evaluation share one object: no request creates a new one', () => {
  const flags = defineFlags({ FLAG: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'ON' } });
  const keeper = createGatekeeper({ flags });

  expect(keeper.gateFor().explain('FLAG')).toBe(keeper.gateFor().explain('FLAG'));
});

test('the cookie of a request is read once', () => {
  let reads = 0;
  const flags = defineFlags({
    A: { variants: ['ON', 'OFF'], default: 'OFF' },
    B: { variants: ['ON', 'OFF'], default: 'OFF' },
  });
  const gate = createGatekeeper({ flags }).gateFor({
    mayOverride: true,
    get cookie() {
      reads += 1;
      return overrideCookie({ A: 'ON', B: 'ON' });
    },
  });

  expect([gate.ff('A', 'ON'), gate.ff('B', 'ON'), gate.browserOverrides()]).toEqual([true, true, { A: 'ON', B: 'ON' }]);
  expect(reads).toBe(1);
});
