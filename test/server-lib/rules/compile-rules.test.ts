import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compileRules } from '../../../server-lib/rules.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ON_OFF = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' } as const;

test.each([
  // flag                                                           variant     reason
  [{ ...ON_OFF }, 'off', 'STATIC'],
  [{ ...ON_OFF, targeting: {} }, 'off', 'STATIC'],
  [{ ...ON_OFF, targeting: { if: [{ '==': [{ var: 'country' }, 'de'] }, 'on'] } }, 'on', 'TARGETING_MATCH'],
  [{ ...ON_OFF, targeting: { if: [{ '==': [{ var: 'country' }, 'fr'] }, 'on'] } }, 'off', 'DEFAULT'],
  [{ ...ON_OFF, targeting: { fractional: [['on', 1]] } }, 'on', 'SPLIT'],
  [{ ...ON_OFF, targeting: { if: [{ var: 'country' }, { fractional: [['on', 1]] }] } }, 'on', 'SPLIT'],
  [{ ...ON_OFF, targeting: { if: [{ merge: [1] }, { fractional: [['on', 1]] }] } }, 'on', 'SPLIT'],
  [{ ...ON_OFF, targeting: { fractional: [['on', 0]] } }, 'off', 'DEFAULT'],
  [{ ...ON_OFF, defaultVariant: null }, undefined, 'DEFAULT'],
  [{ ...ON_OFF, defaultVariant: null, targeting: { var: 'gone' } }, undefined, 'DEFAULT'],
  [{ ...ON_OFF, state: 'DISABLED' }, undefined, 'DISABLED'],
  [{ ...ON_OFF, state: 'DISABLED', targeting: { no_such_operator: [] } }, undefined, 'DISABLED'],
])('%j gives the variant %s with the reason %s', (flag, variant, reason) => {
  const rules = compileRules({ flags: { FLAG: flag } });

  const evaluation = rules.evaluate('FLAG', { targetingKey: 'ada', country: 'de' });

  expect(evaluation).toMatchObject({ variant, reason });
  expect(evaluation.value).toBe(variant === undefined ? undefined : variant === 'on');
});

test.each([
  ['GENERAL', { var: 'country' }],
  ['GENERAL', { '+': [{ var: 'country' }, 1] }],
  ['GENERAL', { if: [true, 'third'] }],
  ['PARSE_ERROR', { no_such_operator: [] }],
  ['PARSE_ERROR', { if: [{ $ref: 'no_such_evaluator' }, 'on'] }],
])('an evaluation fails with %s for the targeting %j', (errorCode, targeting) => {
  const rules = compileRules({ flags: { FLAG: { ...ON_OFF, targeting } } });

  expect(rules.evaluate('FLAG', { targetingKey: 'ada', country: 'de' })).toEqual({ reason: 'ERROR', errorCode });
});

test('a flag that is not in the document gives FLAG_NOT_FOUND', () => {
  expect(compileRules('{"flags":{}}').evaluate('FLAG')).toEqual({ reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' });
});

test.each([
  ['unknown-operator', { no_such_operator: [] }],
  ['unknown-operator', { if: [{ and: [true], or: [true] }, 'on'] }],
  ['unknown-operator', { in: ['a', [{ log: 'x' }]] }],
  ['dangling-reference', { if: [{ $ref: 'later' }, 'on'] }],
])('%s is a warning about its flag, and the others are evaluated', (code, targeting) => {
  const { notices, evaluate } = compileRules({ flags: { BAD: { ...ON_OFF, targeting }, GOOD: ON_OFF } });

  expect(notices).toMatchObject([{ code, flag: 'BAD' }]);
  expect(evaluate('GOOD').variant).toBe('off');
});

test('attributes cannot replace the targeting key or $flagd', () => {
  const forged = { country: 'de', $flagd: { flagKey: 'OTHER', timestamp: 1 } };
  const rules = compileRules({
    flags: {
      KEY: { ...ON_OFF, targeting: { if: [{ '==': [{ var: '$flagd.flagKey' }, 'KEY'] }, 'on'] } },
      ENGINE: { ...ON_OFF, targeting: { if: [{ in: ['ENGINE', { merge: [{ var: '$flagd.flagKey' }] }] }, 'on'] } },
      CLOCK: { ...ON_OFF, targeting: { if: [{ '==': [{ var: '$flagd.timestamp' }, 1_800_000_000] }, 'on'] } },
    },
  });

  expect(['KEY', 'ENGINE', 'CLOCK'].map((flag) => rules.evaluate(flag, forged).variant)).toEqual(['on', 'on', 'on']);
});

test('a rollout whose weights depend on the time grows with the time', () => {
  const grown = { '-': [{ var: '$flagd.timestamp' }, 1_800_000_000] };
  const targeting = {
    fractional: [
      ['on', grown],
      ['off', { '-': [100, grown] }],
    ],
  };
  const rules = compileRules({ flags: { FLAG: { ...ON_OFF, targeting } } });
  const users = Array.from({ length: 1_000 }, (_, at) => `user-${at}`);
  const reached = (): number =>
    users.filter((targetingKey) => rules.evaluate('FLAG', { targetingKey }).variant === 'on').length;

  const atFirst = reached();
  vi.advanceTimersByTime(50_000);
  const halfWay = reached();
  vi.advanceTimersByTime(50_000);

  expect([atFirst, reached()]).toEqual([0, 1_000]);
  expect(halfWay).toBeGreaterThan(430);
  expect(halfWay).toBeLessThan(570);
});

test('a later change to the parsed document does not change the rules', () => {
  const variants: Record<string, boolean> = { on: true, off: false };
  const document = { flags: { FLAG: { ...ON_OFF, variants } } };
  const rules = compileRules(document);

  variants.off = true;

  expect(rules.evaluate('FLAG').value).toBe(false);
});

test('as in flagd, an evaluator can refer to later ones but not to earlier ones', () => {
  const $evaluators = { one: { if: [{ $ref: 'two' }, true, false] }, two: { '==': [{ var: 'country' }, 'de'] } };
  const targeting = { if: [{ $ref: 'one' }, 'on'] };

  const forwards = compileRules({ flags: { FLAG: { ...ON_OFF, targeting } }, $evaluators });
  const backwards = compileRules({
    flags: { FLAG: { ...ON_OFF, targeting } },
    $evaluators: { two: $evaluators.two, one: $evaluators.one },
  });

  expect(forwards.evaluate('FLAG', { country: 'de' }).variant).toBe('on');
  expect(backwards.notices).toMatchObject([{ code: 'dangling-reference', flag: 'FLAG' }]);
});
