import { isDeepStrictEqual } from 'node:util';
import { type FeatureFlag, FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compileRules, type EvaluationContext } from '../../../server-lib/rules.ts';
import { ordinaryDocument, visitor } from '../../support/ordinary-rules.ts';
import { context, document } from '../../support/random-rules.ts';

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-01-15T08:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('random documents are evaluated as flagd-core evaluates them, 20,000 times without a difference', () => {
  let evaluations = 0;
  const check = fc.property(document, fc.array(context, { minLength: 12, maxLength: 12 }), (rules, contexts) => {
    const text = JSON.stringify(rules);
    fc.pre(isOfTheSchema(text));
    const [ours, theirs] = [compileRules(text), flagdWith(text)];
    for (const flag of Object.keys(rules.flags)) {
      for (const asked of contexts) {
        evaluations++;
        const answers = [oursIn(ours, flag, asked), theirsIn(theirs, flag, asked)];
        if (!isDeepStrictEqual(answers[0], answers[1])) expect(answers[0]).toEqual(answers[1]);
      }
    }
  });

  fc.assert(check, { numRuns: 1_200 });

  expect(evaluations).toBeGreaterThan(20_000);
}, 60_000);

test.each([
  [{ '+': [{ if: [0] }, []] }],
  [{ '+': [{ if: [true, 'a', 'b'] }, 1] }],
  [{ '+': [{ and: ['a', 'b'] }, 1] }],
  [{ '-': [{ or: [false, 'a'] }, 1] }],
])('a constant that fails, %j, spoils its flag where nobody comes to it, too', (failing) => {
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
  const targeting = { if: [{ var: 'beta' }, failing, 'on'] };
  const rules = { flags: { a: { ...flag, targeting } } };
  const text = JSON.stringify(rules);

  expect(oursIn(compileRules(text), 'a', {})).toEqual(theirsIn(flagdWith(text), 'a', {}));
});

test('ordinary rules are evaluated as flagd-core evaluates them when it may generate code', () => {
  const check = fc.property(
    ordinaryDocument,
    fc.array(visitor, { minLength: 10, maxLength: 10 }),
    (rules, visitors) => {
      const text = JSON.stringify(rules);
      const [ours, theirs] = [compileRules(text), flagdWith(text, { disableDynamicCodeGeneration: false })];
      for (const flag of Object.keys(rules.flags)) {
        for (const asked of visitors) {
          const answers = [oursIn(ours, flag, asked), theirsIn(theirs, flag, asked)];
          if (!isDeepStrictEqual(answers[0], answers[1])) expect(answers[0]).toEqual(answers[1]);
        }
      }
    },
  );

  fc.assert(check, { numRuns: 600 });
}, 60_000);

test.each(['toString', 'constructor', 'valueOf'])(
  'an attribute that nobody gave is missing, also if it is called %s',
  (name) => {
    const targeting = { if: [{ sem_ver: [{ var: name }, '=', '1.0.0'] }, 'on', 'off'] };
    const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on', targeting };
    const text = JSON.stringify({ flags: { a: flag } });

    expect(compileRules(text).evaluate('a')).toMatchObject({ variant: 'off', reason: 'TARGETING_MATCH' });
  },
);

function isOfTheSchema(text: string): boolean {
  try {
    new MemoryStorage(SILENT).setConfigurations(text, true);
    return true;
  } catch {
    return false;
  }
}

// Left to generate code, the engine compares two attributes by the second one's type alone; see docs/rules.md.
function flagdWith(text: string, options = { disableDynamicCodeGeneration: true }): FlagdCore {
  const flagd = new FlagdCore(undefined, SILENT, options);
  flagd.setConfigurations(text);
  return flagd;
}

function oursIn(rules: ReturnType<typeof compileRules>, flag: string, asked: EvaluationContext): unknown {
  const { variant, value, reason, errorCode } = rules.evaluate(flag, asked);
  // flagd-core has no word for the variant that a fractional chose.
  return { variant, value, reason: reason === 'SPLIT' ? 'TARGETING_MATCH' : reason, errorCode };
}

function theirsIn(flagd: FlagdCore, flag: string, asked: EvaluationContext): unknown {
  const definition = flagd.getFlag(flag) as FeatureFlag;
  if (definition.state === 'DISABLED')
    return { variant: undefined, value: undefined, reason: 'DISABLED', errorCode: undefined };
  const { variant, value, reason, errorCode } = definition.evaluate(asked as never, SILENT) as never;
  return { variant, value, reason, errorCode };
}
