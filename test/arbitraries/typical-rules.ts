import fc from 'fast-check';

/** Rules as users write them, with operands of matching types, and the evaluation contexts of a site. */

const country = fc.constantFrom('DE', 'NL', 'FR', 'US');
const email = fc.constantFrom('ada@example.com', 'bob@example.org', 'eve@test.example.com');
const version = fc.constantFrom('1.0.0', '1.2.3', '1.10.0', '2.0.0-beta.1', '2.0.0');

export const typicalContext = fc.record(
  {
    targetingKey: fc.string({ unit: fc.constantFrom(...'abc019-_'), minLength: 1, maxLength: 16 }),
    country,
    email,
    version,
    age: fc.nat({ max: 90 }),
    isStaff: fc.boolean(),
    account: fc.record({ plan: fc.constantFrom('free', 'gold') }, { noNullPrototype: true }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const test = fc.oneof(
  country.map((value) => ({ '==': [{ var: 'country' }, value] })),
  country.map((value) => ({ '!==': [{ var: 'country' }, value] })),
  fc.array(country, { maxLength: 3 }).map((values) => ({ in: [{ var: 'country' }, values] })),
  fc.constantFrom('@example.com', '.org').map((end) => ({ ends_with: [{ var: 'email' }, end] })),
  fc.constantFrom('ada', 'bob').map((start) => ({ starts_with: [{ var: 'email' }, start] })),
  fc
    .tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '^', '~'), version)
    .map(([comparison, value]) => ({ sem_ver: [{ var: 'version' }, comparison, value] })),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), fc.nat({ max: 90 }))
    .map(([comparison, value]) => ({ [comparison]: [{ var: ['age', 0] }, value] })),
  fc.nat({ max: 80 }).map((least) => ({ '<=': [least, { var: 'age' }, least + 10] })),
  fc.constantFrom({ var: 'isStaff' }, { '!': { var: 'isStaff' } }, { '!!': [{ var: 'account.plan' }] }),
  fc.constant({ '===': [{ var: 'account.plan' }, 'gold'] }),
  fc.constant({ '>': [{ var: '$flagd.timestamp' }, 1_700_000_000] }),
);

const condition: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: test },
  fc.array(test, { minLength: 1, maxLength: 3 }).map((tests) => ({ and: tests })),
  fc.array(test, { minLength: 1, maxLength: 3 }).map((tests) => ({ or: tests })),
  test.map((negated) => ({ '!': [negated] })),
);

const variant = fc.constantFrom('on', 'off', 'third');
const weights = fc.array(fc.tuple(variant, fc.nat({ max: 100 })), { minLength: 1, maxLength: 4 });
const split = fc.oneof(
  weights.map((entries) => ({ fractional: entries })),
  weights.map((entries) => ({
    fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: ['email', ''] }] }, ...entries],
  })),
);
const outcome = fc.oneof(variant, split, fc.constant(null));

const targeting = fc.oneof(
  split,
  fc.tuple(condition, outcome, outcome).map((args) => ({ if: args })),
  fc.tuple(condition, outcome, condition, outcome, outcome).map((args) => ({ if: args })),
  fc
    .tuple(condition, condition, outcome, outcome)
    .map(([first, second, a, b]) => ({ if: [first, { if: [second, a, b] }, b] })),
);

/** Flag definitions that flagd's schema accepts. */
export const typicalDocument = fc.record({
  flags: fc.dictionary(
    fc.constantFrom('checkout', 'search', 'NEW_BASKET', 'prices.v2'),
    fc.record(
      {
        state: fc.constant('ENABLED'),
        variants: fc.constant({ on: 'A', off: 'B', third: 'C' }),
        defaultVariant: fc.constantFrom('on', 'off'),
        targeting,
      },
      { requiredKeys: ['state', 'variants', 'targeting'], noNullPrototype: true },
    ),
    { minKeys: 1, noNullPrototype: true },
  ),
});
