import { expect, test } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { compileRules } from '../../../../server-lib/rules.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { withPollutedPrototype } from '../../../helpers/polluted-prototype.ts';

const ON_OFF = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' } as const;

function evaluated(condition: unknown, context: object): string | undefined {
  return compileRules({ flags: { FLAG: { ...ON_OFF, targeting: { if: [condition, 'on'] } } } }).evaluate('FLAG', {
    ...context,
  }).variant;
}

const DEEP = { a: { b: { c: { d: {} } } }, user: {}, list: [{}], text: 'x', number: 1, yes: true };

test.each([
  { var: 'admin' },
  { var: ['admin', false] },
  { var: 'user.admin' },
  { var: ['user.admin', false] },
  { var: 'a.b.admin' },
  { var: 'a.b.c.admin' },
  { var: 'a.b.c.d.admin' },
  { var: 'list.admin' },
  { var: 'list.0.admin' },
  { var: 'text.admin' },
  { var: 'number.admin' },
  { var: 'yes.admin' },
  { var: 'user\\.admin' },
  { var: { cat: ['user', '.', 'admin'] } },
  { var: '$flagd.admin' },
  { '!': { missing: ['user.admin'] } },
  { '!': { missing: ['admin'] } },
  { '!': { missing_some: [1, ['a.admin', 'b.admin']] } },
  { some: [{ var: 'list' }, { var: 'admin' }] },
  { some: [{ var: 'list' }, { '!': { missing: ['admin'] } }] },
  { some: [{ var: 'list' }, { var: '../../user.admin' }] },
  { reduce: [{ var: 'list' }, { var: 'admin' }, false] },
  { reduce: [{ var: 'list' }, { var: 'current.admin' }, false] },
  { in: ['yes', { merge: [{ var: 'user.admin' }] }] },
])('%j reads nothing from a polluted prototype, at any level', (condition) => {
  const rules = compileRules({ flags: { FLAG: { ...ON_OFF, targeting: { if: [condition, 'on'] } } } });

  const before = rules.evaluate('FLAG', { ...DEEP });
  const polluted = withPollutedPrototype({ admin: 'yes' }, () => rules.evaluate('FLAG', { ...DEEP }));

  expect([before.variant, polluted.variant]).toEqual(['off', 'off']);
});

test('a polluted prototype adds no operand, no operator and no list', () => {
  const targeting = { if: [{ some: [{ var: 'user' }, true] }, 'on'] };
  const pollution = {
    length: 3,
    map: () => [1],
    0: 'x',
    if: [true, 'on', 'on'],
    includes: () => true,
    accumulator: 'on',
  };

  const answer = withPollutedPrototype(pollution, () =>
    compileRules(`{"flags":{"FLAG":${JSON.stringify({ ...ON_OFF, targeting })}}}`).evaluate('FLAG', { user: {} }),
  );

  expect(answer.variant).toBe('off');
});

test.each([
  '__proto__',
  'constructor',
  'constructor.name',
  'toString',
  'hasOwnProperty',
  'user.__proto__',
  'user.constructor.name',
  'text.constructor.name',
  'list.map',
  'text.trim',
])('the object member %s is not an attribute', (path) => {
  expect(evaluated({ '!==': [{ var: path }, null] }, DEEP)).toBe('off');
});

test('an attribute may have the name of an object member', () => {
  const context = JSON.parse(
    '{"__proto__":"a","constructor":"b","toString":"c","user":{"__proto__":"d","length":"e"}}',
  );
  const rules = compileRules({
    flags: Object.fromEntries(
      ['__proto__', 'constructor', 'toString', 'user.__proto__', 'user.length'].map((path, at) => [
        `FLAG_${at}`,
        { ...ON_OFF, targeting: { if: [{ in: [{ var: path }, 'abcde'[at]] }, 'on'] } },
      ]),
    ),
  });

  expect([0, 1, 2, 3, 4].map((at) => rules.evaluate(`FLAG_${at}`, context).variant)).toEqual(Array(5).fill('on'));
});

test('the length and the items of lists and strings are read', () => {
  const context = { list: ['a', 'b'], text: 'xyz' };

  expect(evaluated({ '==': [{ var: 'list.length' }, 2] }, context)).toBe('on');
  expect(evaluated({ '==': [{ var: 'list.1' }, 'b'] }, context)).toBe('on');
  expect(evaluated({ '==': [{ var: 'text.length' }, 3] }, context)).toBe('on');
  expect(evaluated({ '==': [{ var: 'text.0' }, 'x'] }, context)).toBe('on');
});

test('the fields of a class instance are read, the getters of its class are not', () => {
  class User {
    readonly plan = 'pro';
    get isStaff(): boolean {
      return true;
    }
  }

  expect(evaluated({ '==': [{ var: 'user.plan' }, 'pro'] }, { user: new User() })).toBe('on');
  expect(evaluated({ var: 'user.isStaff' }, { user: new User() })).toBe('off');
});

test('only own properties of a Proxy are read', () => {
  const seen: unknown[] = [];
  const user = new Proxy(
    { plan: 'pro' },
    {
      getOwnPropertyDescriptor(target, key) {
        seen.push(key);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    },
  );

  expect(evaluated({ '==': [{ var: 'user.plan' }, 'pro'] }, { user })).toBe('on');
  expect(seen).toEqual(['plan']);
});

test('an object without a prototype is read like any other', () => {
  const bare = Object.assign(Object.create(null), { plan: 'pro' });

  expect(evaluated({ var: 'user' }, { user: bare })).toBe('on');
  expect(evaluated({ var: 'user' }, { user: Object.create(null) })).toBe('off');
  expect(evaluated({ '==': [{ var: 'user.plan' }, 'pro'] }, { user: bare })).toBe('on');
});

test.each([
  [
    'a getter that throws',
    {
      get plan(): never {
        throw new Error('no database');
      },
    },
  ],
  [
    'a Proxy that throws',
    new Proxy(
      {},
      {
        getOwnPropertyDescriptor() {
          throw new Error('revoked');
        },
      },
    ),
  ],
])('%s fails only the flags that read it, with one report each', (_what, user) => {
  const { errors, onError } = errorLog();
  const flag = { variants: ['on', 'off'], default: 'off' } as const;
  const targeting = { if: [{ '==': [{ var: 'user.plan' }, 'pro'] }, 'on'] };
  const other = { if: [{ '==': [{ var: 'country' }, 'DE'] }, 'on'] };
  const rules = { flags: { READS: { ...ON_OFF, targeting }, OTHER: { ...ON_OFF, targeting: other } } };

  const gate = createGatekeeper({ flags: { READS: flag, OTHER: flag }, rules, onError }).gateFor({
    attributes: { user, country: 'DE' },
  });

  expect(gate.explain('READS')).toMatchObject({ variant: 'off', source: 'error', errorCode: 'GENERAL' });
  expect(gate.ffVariant('OTHER')).toBe('on');
  expect(errors.map(({ code, flag: name }) => [code, name])).toEqual([['ERR_GK_RULE_FAILED', 'READS']]);
});

test('if the context cannot be read, the evaluation fails without an exception', () => {
  const rules = compileRules({ flags: { FLAG: { ...ON_OFF, targeting: { fractional: [['on', 1]] } } } });
  const context = {
    get targetingKey(): never {
      throw new Error('no session');
    },
  };

  expect(rules.evaluate('FLAG', context)).toEqual({ reason: 'ERROR', errorCode: 'GENERAL' });
  expect(rules.evaluate('FLAG', null as never).reason).toBe('DEFAULT');
});
