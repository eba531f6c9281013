import { isDeepStrictEqual } from 'node:util';
import { type FeatureFlag, FlagdCore } from '@openfeature/flagd-core';
import { expect, test } from 'vitest';
import { compileRules } from '../../../server-lib/rules.ts';

// flagd evaluates flags that its own schema does not allow. So do we, flag by flag.

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
const FLAG = { state: 'ENABLED', variants: { yes: 'Y', no: 'N', none: '-' }, defaultVariant: 'none' } as const;
const ADA = { targetingKey: 'ada', release: '1.4.0', build: 2, email: 'ada@example.com' };

const versions = (operator: unknown, right: unknown, left: unknown = { var: 'release' }) => ({
  if: [
    { sem_ver: [left, operator, right] },
    'yes',
    { '===': [{ sem_ver: [left, operator, right] }, null] },
    'none',
    'no',
  ],
});

test.each([
  // what is unusual                              targeting                                             variant   reason
  ['a version written with a v', versions('>=', 'v1.2.0'), 'yes', 'TARGETING_MATCH'],
  ['a version of one number', versions('>', '1'), 'yes', 'TARGETING_MATCH'],
  ['a version of two numbers', versions('<', '1.5'), 'yes', 'TARGETING_MATCH'],
  ['a number in the context as a version', versions('=', '2.0.0', { var: 'build' }), 'yes', 'TARGETING_MATCH'],
  ['a number in the rule as a version', versions('<', 2), 'yes', 'TARGETING_MATCH'],
  ['a version of four numbers', versions('=', '1.4.0.0'), 'none', 'TARGETING_MATCH'],
  ['an invalid version', versions('=', 'newest'), 'none', 'TARGETING_MATCH'],
  ['an unknown comparison', { sem_ver: [{ var: 'release' }, '=>', '1.0.0'] }, 'none', 'DEFAULT'],
  ['a comparison of two operands', { sem_ver: [{ var: 'release' }, '='] }, 'none', 'DEFAULT'],
  ['a comparison of four operands', { sem_ver: [{ var: 'release' }, '=', '1.4.0', 1] }, 'none', 'DEFAULT'],
  ['starts_with of one operand', { starts_with: [{ var: 'email' }] }, 'none', 'DEFAULT'],
  ['starts_with of a number', { starts_with: [{ var: 'build' }, '2'] }, 'none', 'DEFAULT'],
  ['ends_with of three operands', { ends_with: [{ var: 'email' }, '.com', '.org'] }, 'none', 'DEFAULT'],
  ['ends_with without a list', { ends_with: 'ada@example.com' }, 'none', 'DEFAULT'],
  [
    'a negative weight',
    {
      fractional: [
        ['yes', -10],
        ['no', 1],
      ],
    },
    'no',
    'SPLIT',
  ],
  [
    'only negative weights',
    {
      fractional: [
        ['yes', -10],
        ['no', -1],
      ],
    },
    'none',
    'DEFAULT',
  ],
  [
    'weights of a third',
    {
      fractional: [
        ['yes', 33.3],
        ['no', 66.7],
      ],
    },
    'none',
    'DEFAULT',
  ],
  [
    'weights as strings',
    {
      fractional: [
        ['yes', '50'],
        ['no', '50'],
      ],
    },
    'none',
    'DEFAULT',
  ],
  ['a constant string to split by', { fractional: ['the same for all', ['yes', 1]] }, 'yes', 'SPLIT'],
  ['buckets of a variant and more', { fractional: [['yes', 1, 1]] }, 'none', 'DEFAULT'],
  ['no buckets', { fractional: [] }, 'none', 'DEFAULT'],
  ['a variant as targeting', 'yes', 'yes', 'TARGETING_MATCH'],
  ['a variant in a list as targeting', ['yes'], 'yes', 'TARGETING_MATCH'],
  ['null as targeting', null, 'none', 'STATIC'],
  ['a number as targeting', 7, 'none', 'STATIC'],
  [
    'an if with a comment beside it',
    { if: [{ var: 'email' }, 'yes', 'no'], $comment: 'for all' },
    'yes',
    'TARGETING_MATCH',
  ],
  ['the other spelling of if', { '?:': [{ var: 'email' }, 'yes', 'no'] }, 'yes', 'TARGETING_MATCH'],
])('%s is evaluated as flagd evaluates it', (_what, targeting, variant, reason) => {
  const text = JSON.stringify({ flags: { FLAG: { ...FLAG, targeting } } });

  const { evaluate, notices } = compileRules(text);

  expect(evaluate('FLAG', ADA)).toMatchObject({ variant, reason });
  expect(theirs(text, ADA)).toMatchObject({ variant, reason: reason === 'SPLIT' ? 'TARGETING_MATCH' : reason });
  expect(notices).toEqual([]);
});

test.each([
  ['no default variant', { state: 'ENABLED', variants: { yes: 'Y' } }],
  ['null as the default variant', { ...FLAG, defaultVariant: null }],
  ['an empty string as the default variant', { ...FLAG, defaultVariant: '' }],
  ['variants of different types', { ...FLAG, variants: { yes: 1, no: 'N', none: null } }],
  ['a list as a variant', { ...FLAG, variants: { none: [1, 2] } }],
  ['variants in a list', { state: 'ENABLED', variants: ['A', 'B'], defaultVariant: '1' }],
  ['a list as metadata', { ...FLAG, metadata: ['a'] }],
  ['null as metadata', { ...FLAG, metadata: null }],
  ['an object in the metadata', { ...FLAG, metadata: { owner: { name: 'ada' } } }],
  ['unknown keys', { ...FLAG, targetting: { iff: [] }, createdBy: 'ada' }],
])('%s is read as flagd reads it', (_what, flag) => {
  const text = JSON.stringify({ flags: { FLAG: flag }, metadata: { set: 1 } });

  const { variant, value, reason, flagMetadata } = compileRules(text).evaluate('FLAG', ADA);

  const expected = theirs(text, ADA);
  expect(isDeepStrictEqual({ variant, value, reason, flagMetadata }, expected), JSON.stringify(expected)).toBe(true);
});

test.each([
  // a flag that cannot be read             the invalid part
  [7, []],
  [{ ...FLAG, state: 'ON' }, ['state']],
  [{ variants: { on: true } }, ['state']],
  [{ state: 'ENABLED' }, ['variants']],
  [{ ...FLAG, variants: null }, ['variants']],
  [{ ...FLAG, defaultVariant: 'gone' }, ['defaultVariant']],
  [{ ...FLAG, defaultVariant: 1 }, ['defaultVariant']],
  [{ ...FLAG, targeting: { if: [{ startswith: [] }, 'yes'] } }, ['targeting', 'if', 0]],
  [{ ...FLAG, targeting: { log: 'x' } }, ['targeting']],
  [{ ...FLAG, targeting: { if: [true, { $ref: 'nobody' }] } }, ['targeting', 'if', 1]],
])('in a document with the flag %j, the other flags and every kill switch work', (bad, where) => {
  const off = { state: 'DISABLED', variants: 0, defaultVariant: {}, targeting: { nonsense: [] } };
  const flags = {
    BAD: bad,
    GOOD: { ...FLAG, targeting: 'yes' },
    OFF: { ...FLAG, state: 'DISABLED' },
    BAD_AND_OFF: off,
  };

  const { evaluate, notices } = compileRules({ flags });

  expect(evaluate('BAD', ADA)).toMatchObject({ reason: 'ERROR', errorCode: 'PARSE_ERROR' });
  expect(['GOOD', 'OFF', 'BAD_AND_OFF'].map((flag) => evaluate(flag, ADA).reason)).toEqual([
    'TARGETING_MATCH',
    'DISABLED',
    'DISABLED',
  ]);
  expect(notices.filter(({ flag }) => flag === 'BAD')).toMatchObject([{ path: ['flags', 'BAD', ...where] }]);
});

test('a kill switch works in every document that has flags; one without flags is refused', () => {
  const off = '{"state":"DISABLED"}';

  expect(compileRules(`{"flags":{"":${off}},"metadata":7,"$evaluators":[]}`).evaluate('').reason).toBe('DISABLED');
  for (const text of ['', '{', '7', '[]', '{}', '{"flags":null}', `{"flags":[{"key":"FLAG","state":"DISABLED"}]}`]) {
    expect(() => compileRules(text), text).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_GK_RULES_/) }),
    );
  }
});

function theirs(text: string, context: object): unknown {
  const flagd = new FlagdCore(undefined, SILENT, { disableDynamicCodeGeneration: true });
  flagd.setConfigurations(text);
  const { variant, value, reason, flagMetadata } = (flagd.getFlag('FLAG') as FeatureFlag).evaluate(
    context as never,
    SILENT,
  ) as never;
  return { variant, value, reason, flagMetadata };
}
