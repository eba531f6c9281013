import fc from 'fast-check';

/** Random rules documents that flagd's schema accepts, and random evaluation contexts, both with few names and values. */

const VARIANTS = ['on', 'off', 'third'];
const ATTRIBUTES = ['email', 'country', 'tier', 'version', 'user'];
const key = fc.string({ unit: fc.constantFrom(...'abcXYZ019_.-@ '), minLength: 1, maxLength: 24 });
const version = fc.constantFrom('1.0.0', '1.2.3', '2.0.0', '1.2.3-beta.2', '1.2.3-beta.11', '1.2.3+build', '0.0.1');
const text = fc.oneof(fc.constantFrom('de', 'fr', 'gold', '', 'a@example.com', '@example.com', '5'), key);
const scalar = fc.oneof(
  text,
  fc.integer({ min: -3, max: 40 }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true }),
);

/** The evaluation context of a user. */
export const evaluationContext = fc.record(
  {
    targetingKey: fc.oneof({ weight: 5, arbitrary: key }, fc.constantFrom('', 17)),
    email: fc.oneof(text, scalar),
    country: fc.oneof(text, scalar),
    tier: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
    version: fc.oneof(
      version,
      fc.constantFrom('v1.2.3', 'V1.2', '1', ' 1.0.0', '1.2.3.4', '01.2.3', 'none', 2),
      scalar,
    ),
    user: fc.oneof(
      scalar,
      fc.record({ role: scalar, langs: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [], noNullPrototype: true }),
    ),
    roles: fc.array(fc.record({ name: text, level: fc.integer({ min: 0, max: 5 }) }, { noNullPrototype: true }), {
      maxLength: 3,
    }),
    $flagd: fc.constant({ flagKey: 'forged', timestamp: 1 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const variable = fc
  .oneof(
    fc.constantFrom(
      ...ATTRIBUTES,
      'targetingKey',
      '$flagd.flagKey',
      '$flagd.timestamp',
      'user.role',
      'user.langs',
      'gone',
    ),
    // No name that Object.prototype has: `sem_ver` of flagd-core uses its function as a version, and fails.
    fc.constantFrom('', 'user.langs.0', 'user.role.length', 'roles', 'a\\.b'),
  )
  .map((path) => ({ var: path }));
const withDefault = fc
  .tuple(fc.constantFrom(...ATTRIBUTES, 'user.role', 'targetingKey'), scalar)
  .map((args) => ({ var: args }));

interface Expressions {
  readonly value: unknown;
  readonly condition: unknown;
  readonly outcome: unknown;
}

const roleCondition = fc.constantFrom(
  { '==': [{ var: 'name' }, 'gold'] },
  { '>': [{ var: 'level' }, 2] },
  { starts_with: [{ var: 'name' }, 'g'] },
);

const { condition, outcome } = fc.letrec<Expressions>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    variable,
    withDefault,
    tie('condition'),
    operation(['+', '-', '*', '/', '%'], fc.tuple(tie('value'), tie('value'))),
    operation(['+', 'max', 'min', 'cat', 'merge', '-'], fc.array(tie('value'), { minLength: 1, maxLength: 3 })),
    operation(['substr'], fc.tuple(variable, fc.integer({ min: -3, max: 3 }))),
    operation(['missing'], fc.array(fc.constantFrom(...ATTRIBUTES), { maxLength: 3 })),
    operation(['if'], fc.array(tie('value'), { minLength: 1, maxLength: 5 })),
    fc.array(scalar, { maxLength: 3 }),
  ),
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.boolean(),
    operation(['==', '===', '!=', '!==', '<', '<=', '>', '>='], fc.tuple(variable, scalar)),
    operation(['==', '===', '!=', '!==', '<', '<=', '>', '>=', 'in'], fc.tuple(tie('value'), tie('value'))),
    operation(['<', '<='], fc.tuple(tie('value'), tie('value'), tie('value'))),
    operation(['and', 'or'], fc.array(tie('condition'), { minLength: 1, maxLength: 3 })),
    operation(['!', '!!'], fc.oneof(tie('value'), fc.tuple(tie('value')))),
    operation(['in'], fc.tuple(variable, fc.array(scalar, { maxLength: 5 }))),
    operation(['starts_with', 'ends_with'], fc.tuple(fc.oneof(text, variable), fc.oneof(text, variable))),
    operation(['sem_ver'], fc.tuple(variable, fc.constantFrom('=', '!=', '<', '>', '<=', '>=', '~', '^'), version)),
    operation(['some', 'all', 'none'], fc.tuple(fc.constant({ var: 'roles' }), roleCondition)),
    operation(['some', 'all', 'none'], fc.tuple(fc.constant({ var: 'user.langs' }), tie('condition'))),
  ),
  outcome: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...VARIANTS),
    fc.constantFrom(null, 'gone', true, 7, ''),
    tie('value'),
    operation(['if'], fc.tuple(tie('condition'), tie('outcome'), tie('outcome'))),
    operation(['if'], fc.tuple(tie('condition'), tie('outcome'), tie('condition'), tie('outcome'), tie('outcome'))),
    operation(['if'], fc.tuple(tie('condition'), tie('outcome'))),
    fractional(fc.oneof(fc.constantFrom(...VARIANTS), tie('outcome')), tie('value')),
  ),
}));

function fractional(choice: fc.Arbitrary<unknown>, computed: fc.Arbitrary<unknown>) {
  const weight = fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 100 }) },
    fc.constantFrom(0, 2_147_483_647, { '-': [{ var: '$flagd.timestamp' }, 1_799_999_950] }),
    computed.filter((part) => typeof part === 'object' && part !== null && !Array.isArray(part)),
  );
  const entry = fc.oneof({ weight: 4, arbitrary: fc.tuple(choice, weight) }, fc.tuple(choice));
  const by = fc.constantFrom(
    { var: 'email' },
    { cat: [{ var: '$flagd.flagKey' }, { var: 'email' }] },
    { var: 'roles' },
  );
  const entries = fc.array(entry, { minLength: 1, maxLength: 4 });
  return operation(
    ['fractional'],
    fc.oneof(
      entries,
      fc.tuple(by, entries).map(([first, rest]) => [first, ...rest]),
    ),
  );
}

function operation(operators: readonly string[], args: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...operators), args).map(([operator, operands]) => ({ [operator]: operands }));
}

const targeting = fc.oneof(
  { weight: 8, arbitrary: outcome.filter((part) => typeof part === 'object' && part !== null && !Array.isArray(part)) },
  operation(['if'], fc.tuple(fc.constantFrom({ $ref: 'first' }, { $ref: 'second' }), outcome, outcome)),
  fc.constant({}),
);

const flag = fc.record(
  {
    state: fc.constantFrom('ENABLED', 'ENABLED', 'ENABLED', 'DISABLED'),
    variants: fc.constantFrom(
      { on: true, off: false, third: true },
      { on: 'A', off: 'B', true: 'C', 5: 'D' },
      { on: 1, off: 0, third: 2.5 },
      { on: { a: 1 }, off: {} },
    ),
    defaultVariant: fc.constantFrom('on', 'off', null, ''),
    targeting,
  },
  { requiredKeys: ['state', 'variants'], noNullPrototype: true },
);

/** A document that flagd's schema accepts, unless it has an empty operation where the schema forbids one. */
export const flagdDocument = fc.record({
  flags: fc.dictionary(key, flag, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  $evaluators: fc
    .record({ first: condition, second: fc.constant({ and: [{ $ref: 'third' }, true] }), third: condition })
    .map((evaluators) => Object.fromEntries(Object.entries(evaluators).filter(([, rule]) => typeof rule === 'object'))),
});
