import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceTargeting } from '../../../../server-lib/cli/trace-targeting.ts';
import { bucketIndex, fractional, parseBuckets } from '../../../../server-lib/rules/targeting/fractional.ts';
import { compileRules } from '../../../../server-lib/rules.ts';

test('a bucket is (hash * total) >> 32, exactly, for every hash and every total', () => {
  const check = fc.property(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.integer({ min: 1, max: 0x7fffffff }),
    (hash, total) => {
      const bucket = Number((BigInt(hash) * BigInt(total)) >> 32n);
      const buckets = parseBuckets([
        ['before', bucket],
        ['at', 1],
        ['after', total - bucket - 1],
      ]);

      expect(buckets?.variants[bucketIndex(buckets, hash)]).toBe('at');
    },
  );

  fc.assert(check, { numRuns: 5_000 });
});

// Literal users and variants: after a release that hashes something else, users would change their variants.
test.each([
  // user      variant, of 40 % A, 35 % B, 25 % C
  ['ada', 'B'],
  ['grace', 'A'],
  ['linus', 'A'],
  ['barbara', 'B'],
  ['42', 'C'],
  ['zoë', 'A'],
  ['😀', 'A'],
])('%s gets %s from fixed weights, from computed weights and in `explain`', (targetingKey, variant) => {
  const others = [
    ['B', 35],
    ['C', 25],
  ];
  const fixed = { fractional: [['A', 40], ...others] };
  const computed = { fractional: [['A', { var: 'weight' }], ...others] };
  const variantOf = (targeting: object): unknown =>
    compileRules({
      flags: { CHECKOUT: { state: 'ENABLED', variants: { A: 'A', B: 'B', C: 'C' }, defaultVariant: 'A', targeting } },
    }).evaluate('CHECKOUT', { targetingKey, weight: 40 }).variant;
  const [step] = traceTargeting('CHECKOUT', fixed, { targetingKey, attributes: {} });
  const explained = step?.kind === 'split' ? step.shares.find(({ isHere }) => isHere)?.variant : undefined;

  expect({ fixed: variantOf(fixed), computed: variantOf(computed), explained }).toEqual({
    fixed: variant,
    computed: variant,
    explained: variant,
  });
});

test('raising the first weight only adds users to the first variant', () => {
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const check = fc.property(
    fc.array(key, { minLength: 20 }),
    fc.nat({ max: 100 }),
    fc.nat({ max: 100 }),
    (users, a, b) => {
      const [before, after] = [rollout(Math.min(a, b)), rollout(Math.max(a, b))];

      const lost = users.filter((user) => before(user) === 'on' && after(user) !== 'on');

      expect(lost).toEqual([]);
    },
  );

  fc.assert(check);
});

test('a rollout of 20 % reaches about 20 % of the users', () => {
  const users = Array.from({ length: 10_000 }, (_, at) => `user-${at}`);
  const variantOf = rollout(20);

  const reached = users.filter((user) => variantOf(user) === 'on').length;

  expect(reached).toBeGreaterThan(1_850);
  expect(reached).toBeLessThan(2_150);
});

test.each([
  // what is invalid                           arguments
  ['no list', 'on'],
  ['no bucket', []],
  ['a bucket that is not a list', [['on', 1], 'off']],
  ['an empty bucket', [['on', 1], []]],
  ['a bucket of three', [['on', 1, 1]]],
  ['an object for a variant', [[{}, 1]]],
  ['a string as a weight', [['on', '1']]],
  ['half a weight', [['on', 0.5]]],
  [
    'weights beyond 2^31 - 1',
    [
      ['on', 2_147_483_647],
      ['off', 1],
    ],
  ],
  [
    'no weight above 0',
    [
      ['on', 0],
      ['off', -1],
    ],
  ],
])('with %s it returns null', (_why, args) => {
  expect(fractional(args, 'FLAG', 'ada')).toBe(null);
});

test('without a targeting key there is no bucket, unless the first operand is a string', () => {
  expect(fractional([['on', 1]], 'FLAG', undefined)).toBe(null);
  expect(fractional([['on', 1]], 'FLAG', '')).toBe(null);
  expect(fractional(['session-7', ['on', 1]], 'FLAG', undefined)).toBe('on');
});

function rollout(percent: number): (user: string) => unknown {
  const targeting = {
    fractional: [
      ['on', percent],
      ['off', 100 - percent],
    ],
  };
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting };
  const rules = compileRules({ flags: { ROLLOUT: flag } });
  return (targetingKey) => rules.evaluate('ROLLOUT', { targetingKey }).variant;
}
