import fc from 'fast-check';

/**
 * Expressions with every operator, at every depth, with every kind of operand and any number of them: far more than flagd's
 * schema allows. flagd-core also evaluates expressions that users do not write, so our evaluator must give the same results.
 */

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    -1,
    2,
    2.5,
    7,
    '',
    'a',
    'b',
    'on',
    'off',
    '5',
    '-2',
    '1.2.3',
    'v1.3.0',
  ),
  fc.constantFrom<unknown>('email', 'list', 'accumulator', 'current', '../', '=', '<', '^', '~', '>=', '!=', 33.3, 100),
);

const path = fc.constantFrom<unknown>(
  ...[
    'email',
    'age',
    'list',
    'user',
    'user.plan',
    'user.deep.er',
    'user.deep.er.x',
    'list.0',
    'list.length',
    'gone',
    'gone.x',
  ],
  ...[
    'targetingKey',
    'targetingKey.length',
    '$flagd',
    '$flagd.flagKey',
    '$flagd.timestamp',
    '$flagd.gone',
    'a.b',
    'a\\.b',
  ],
  ...['', '.', '..', 'email.', '.email', '../', '../index', '../../email', '../../../index', '../iterator.0', '../../'],
  ...['accumulator', 'current', 'name', '0', '1', 0, 1, 1.5, null, true, false, 'zero', 'empty', 'empty.x', 'zero.x.y'],
  ...['current.name', 'email.length', 'age.x', 'list.0.x', '../0', '../../list', '../../../../index', 'user\\.plan.x'],
);

const OPERATORS = [
  ...['var', 'missing', 'missing_some', 'if', '?:', 'and', 'or', '!', '!!', 'not'],
  ...['==', '===', '!=', '!==', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'max', 'min'],
  ...['in', 'cat', 'substr', 'merge', 'map', 'filter', 'reduce', 'all', 'every', 'none', 'some'],
  ...['starts_with', 'ends_with', 'sem_ver', 'fractional'],
];

interface Logic {
  readonly any: unknown;
  readonly operation: unknown;
}

export const logic: fc.Arbitrary<unknown> = fc.letrec<Logic>((tie) => {
  const any = tie('any');
  const few = (minLength: number, maxLength: number): fc.Arbitrary<unknown[]> =>
    fc.array(any, { minLength, maxLength });
  const usual = (operator: string, args: fc.Arbitrary<unknown>) => args.map((operands) => ({ [operator]: operands }));
  const list = fc.oneof(fc.constantFrom({ var: 'list' }, { var: 'names' }, { var: 'user.list' }), few(0, 3));
  const loop = fc.constantFrom('map', 'filter', 'all', 'none', 'some', 'every');
  return {
    any: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      { weight: 4, arbitrary: scalar },
      { weight: 2, arbitrary: path.map((name) => ({ var: name })) },
      { weight: 6, arbitrary: tie('operation') },
      { weight: 1, arbitrary: few(0, 3) },
      { weight: 1, arbitrary: fc.constant({}) },
    ),
    operation: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      {
        weight: 6,
        arbitrary: fc.tuple(fc.constantFrom(...OPERATORS), few(0, 4)).map(([name, args]) => ({ [name]: args })),
      },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...OPERATORS), any).map(([name, args]) => ({ [name]: args })) },
      { weight: 2, arbitrary: fc.tuple(fc.oneof(path, any), any).map((args) => ({ var: args })) },
      { weight: 1, arbitrary: fc.oneof(path, any).map((one) => ({ var: [one] })) },
      { weight: 4, arbitrary: fc.tuple(loop, list, any).map(([name, items, each]) => ({ [name]: [items, each] })) },
      { weight: 2, arbitrary: usual('reduce', fc.tuple(list, any, any)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(list, fc.constantFrom('+', '*', 'max', 'cat', 'merge'), fc.boolean(), any)
          .map(([items, name, isTurned, start]) => {
            const both = [{ var: 'accumulator' }, { var: 'current' }];
            return { reduce: [items, { [name]: isTurned ? both.reverse() : both }, start] };
          }),
      },
      { weight: 3, arbitrary: usual('if', few(1, 7)) },
      { weight: 2, arbitrary: usual('if', fc.tuple(any, any, any)) },
      { weight: 2, arbitrary: usual('fractional', fc.array(fc.tuple(any, scalar), { minLength: 1, maxLength: 3 })) },
      { weight: 1, arbitrary: usual('fractional', fc.tuple(any, fc.tuple(scalar, scalar), fc.tuple(scalar, any))) },
      { weight: 1, arbitrary: usual('sem_ver', fc.tuple(any, any, any)) },
      { weight: 1, arbitrary: usual('substr', fc.tuple(any, scalar, scalar)) },
      { weight: 1, arbitrary: usual('missing_some', fc.tuple(scalar, few(0, 3))) },
      // Shapes that are evaluated although they have a second operator. It comes second: json-logic-engine uses the first one
      // to decide whether an expression is constant, and then returns different results for the same input.
      { weight: 1, arbitrary: fc.tuple(any, any, any).map((args) => ({ if: args, and: [] })) },
      { weight: 1, arbitrary: fc.tuple(any, any).map((args) => ({ '==': args, cat: 'comment' })) },
    ),
  };
}).operation;

/** Attributes that a site passes, intentionally or by mistake. */
export const attributes: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    targetingKey: fc.constantFrom<unknown>('ada', 'bob', '', 17, 0),
    email: fc.constantFrom<unknown>('ada@example.com', '', null, 5, 'a', ['a', 'b']),
    age: fc.constantFrom<unknown>(0, 7, 41.5, '7', true, null, -1),
    list: fc.constantFrom<unknown>(
      [],
      [1, 2, 3],
      ['a', 'b', 'on'],
      [[1], [2]],
      [{ name: 'a' }, { name: 5 }],
      'abc',
      null,
      5,
    ),
    names: fc.constantFrom<unknown>([{ name: 'a' }, { name: 'on', 0: 1 }], [0, '', null], ['5', '7']),
    user: fc.constantFrom<unknown>(
      { plan: 'on', deep: { er: { x: 'off' } }, list: [3, 1] },
      { plan: 0, deep: '' },
      { plan: [], deep: { er: 0 } },
      {},
      null,
      'text',
      [{ plan: 1 }],
    ),
    'a.b': fc.constantFrom<unknown>('on', 1),
    zero: fc.constant(0),
    empty: fc.constantFrom<unknown>('', [], {}),
    $flagd: fc.constant('forged'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/**
 * Whether a `reduce` starts with the whole context or with a value from outside its loop. json-logic-engine keeps the result
 * of the first evaluation of such a `reduce`, and uses another context the second time.
 */
export function reduceReadsOuterContext(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  const { reduce } = expression as { readonly reduce?: unknown };
  if (Array.isArray(reduce) && readsOuterContext(reduce[2])) return true;
  return Object.values(expression).some(reduceReadsOuterContext);
}

function readsOuterContext(start: unknown): boolean {
  if (typeof start === 'string') return start.includes('../');
  if (typeof start !== 'object' || start === null) return false;
  if ('var' in start && (typeof start.var !== 'string' || start.var === '')) return true;
  return Object.values(start).some(readsOuterContext);
}
