import { isDeepStrictEqual } from 'node:util';
import { type FeatureFlag, FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compileRules, type EvaluationContext } from '../../../server-lib/rules.ts';
import { evaluationContext, flagdDocument } from '../../arbitraries/flagd-documents.ts';
import { attributes, logic, reduceReadsOuterContext } from '../../arbitraries/json-logic.ts';
import { typicalContext, typicalDocument } from '../../arbitraries/typical-rules.ts';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-01-15T08:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('random documents are evaluated as flagd-core evaluates them', () => {
  let evaluations = 0;
  const check = fc.property(
    flagdDocument,
    fc.array(evaluationContext, { minLength: 12, maxLength: 12 }),
    (rules, contexts) => {
      const text = JSON.stringify(rules);
      fc.pre(isOfTheSchema(text));
      const [ours, theirs] = [compileRules(text), flagdWith(text)];
      for (const flag of Object.keys(rules.flags)) {
        for (const context of contexts) {
          evaluations++;
          const results = [oursIn(ours, flag, context), theirsIn(theirs, flag, context)];
          if (!isDeepStrictEqual(results[0], results[1])) expect(results[0]).toEqual(results[1]);
        }
      }
    },
  );

  fc.assert(check, { numRuns: IS_DEEP ? 12_000 : 300 });

  expect(evaluations).toBeGreaterThan(5_000);
}, 3_600_000);

// Values that random targeting may return, as strings.
const VARIANTS = [
  'on',
  'off',
  'true',
  'false',
  'a',
  'b',
  '',
  '0',
  '1',
  '2',
  '5',
  '7',
  '-1',
  'NaN',
  'ada',
  'abc',
  'a,b',
];
const variants = Object.fromEntries([...VARIANTS, '1,2,3', '[object Object]'].map((name, at) => [name, at]));

test('every operator with every kind of operand, at every depth, is evaluated as flagd-core evaluates it', () => {
  const some = fc.array(attributes, { minLength: 10, maxLength: 10 });
  const check = fc.property(logic, some, (targeting, contexts) => {
    fc.pre(!reduceReadsOuterContext(targeting));
    const flags = { f: { state: 'ENABLED', variants, defaultVariant: 'off', targeting } };
    const text = JSON.stringify({ flags });
    const [ours, theirs] = [compileRules(text), flagdWith(text)];
    for (const context of contexts) {
      const results = [oursIn(ours, 'f', context), theirsIn(theirs, 'f', context)];
      if (!isDeepStrictEqual(results[0], results[1])) expect(results[0], JSON.stringify(context)).toEqual(results[1]);
    }
  });

  fc.assert(check, { numRuns: IS_DEEP ? 30_000 : 1_500 });
}, 3_600_000);

test.each([
  '==',
  '===',
  '!=',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  'in',
  'cat',
  'and',
  'or',
  'merge',
  'max',
])(
  '%s of any two types gives the same as in flagd-core, for constants and for attributes',
  (operator) => {
    const values = [
      null,
      true,
      false,
      0,
      1,
      -1.5,
      '',
      '0',
      '1',
      'a',
      ' 2 ',
      'NaN',
      [],
      [1],
      ['1'],
      ['a', 'b'],
      {},
      { a: 1 },
      [[]],
    ];
    const pairs = values.flatMap((left) => values.map((right) => ({ left, right })));
    const isWritable = (value: unknown): boolean => typeof value !== 'object' || value === null || Array.isArray(value);
    const shapes = [
      { [operator]: [{ var: 'left' }, { var: 'right' }] },
      ...values
        .filter(isWritable)
        .flatMap((value) => [{ [operator]: [{ var: 'left' }, value] }, { [operator]: [value, { var: 'right' }] }]),
      { [operator]: [{ var: 'left' }, { var: 'right' }, { var: 'left' }] },
    ];
    const flags = Object.fromEntries(
      shapes.map((shape, at) => [
        `f${at}`,
        { state: 'ENABLED', variants, targeting: { if: [shape, shape, { cat: [shape] }] } },
      ]),
    );
    const text = JSON.stringify({ flags });
    const [ours, theirs] = [compileRules(text), flagdWith(text)];

    for (const flag of Object.keys(flags)) {
      for (const pair of pairs) {
        const results = [oursIn(ours, flag, pair), theirsIn(theirs, flag, pair)];
        if (!isDeepStrictEqual(results[0], results[1])) {
          expect(results[0], JSON.stringify([flags[flag], pair])).toEqual(results[1]);
        }
      }
    }
  },
  600_000,
);

test.each([
  [{ '+': [{ if: [0] }, []] }],
  [{ '+': [{ if: [true, 'a', 'b'] }, 1] }],
  [{ '+': [{ and: ['a', 'b'] }, 1] }],
  [{ '-': [{ or: [false, 'a'] }, 1] }],
])('as in flagd-core, a constant expression that fails, %j, fails its flag even if it is not reached', (failing) => {
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
  const targeting = { if: [{ var: 'beta' }, failing, 'on'] };
  const rules = { flags: { a: { ...flag, targeting } } };
  const text = JSON.stringify(rules);

  expect(oursIn(compileRules(text), 'a', {})).toEqual(theirsIn(flagdWith(text), 'a', {}));
});

test('ordinary rules are evaluated as flagd-core evaluates them when it may generate code', () => {
  const check = fc.property(
    typicalDocument,
    fc.array(typicalContext, { minLength: 10, maxLength: 10 }),
    (rules, visitors) => {
      const text = JSON.stringify(rules);
      const [ours, theirs] = [compileRules(text), flagdWith(text, { disableDynamicCodeGeneration: false })];
      for (const flag of Object.keys(rules.flags)) {
        for (const context of visitors) {
          const results = [oursIn(ours, flag, context), theirsIn(theirs, flag, context)];
          if (!isDeepStrictEqual(results[0], results[1])) expect(results[0]).toEqual(results[1]);
        }
      }
    },
  );

  fc.assert(check, { numRuns: IS_DEEP ? 6_000 : 200 });
}, 3_600_000);

test.each(['toString', 'constructor', 'valueOf'])(
  'an attribute named %s is missing unless the context has it',
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

// With code generation, the engine compares two attributes by the type of the second one only; see docs/rules.md.
function flagdWith(text: string, options = { disableDynamicCodeGeneration: true }): FlagdCore {
  const flagd = new FlagdCore(undefined, SILENT, options);
  flagd.setConfigurations(text);
  return flagd;
}

function oursIn(rules: ReturnType<typeof compileRules>, flag: string, context: EvaluationContext): unknown {
  const { variant, value, reason, errorCode } = rules.evaluate(flag, context);
  // flagd-core has no reason SPLIT.
  return { variant, value, reason: reason === 'SPLIT' ? 'TARGETING_MATCH' : reason, errorCode };
}

function theirsIn(flagd: FlagdCore, flag: string, context: EvaluationContext): unknown {
  const definition = flagd.getFlag(flag) as FeatureFlag;
  if (definition.state === 'DISABLED')
    return { variant: undefined, value: undefined, reason: 'DISABLED', errorCode: undefined };
  try {
    const { variant, value, reason, errorCode } = definition.evaluate(context as never, SILENT) as never;
    return { variant, value, reason, errorCode };
  } catch {
    // flagd-core throws if the targeting returns a value without `toString`.
    return { variant: undefined, value: undefined, reason: 'ERROR', errorCode: 'GENERAL' };
  }
}
