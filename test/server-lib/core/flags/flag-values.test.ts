import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type FlagDefinition, GatekeeperError } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { withPollutedPrototype } from '../../../helpers/polluted-prototype.ts';

const flags = defineFlags({
  LIMIT: {
    variants: ['LOW', 'HIGH', 'NONE'],
    values: { LOW: 10, HIGH: 100, NONE: 0 },
    default: 'LOW',
    users: { HIGH: [7] },
    decide: ({ attributes }) => (attributes.plan === 'free' ? 'NONE' : undefined),
  },
  PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' },
  PAGE: { variants: ['A', 'B'], values: { A: { columns: [1, 2] }, B: { columns: [] } }, default: 'A' },
  BROKEN: {
    variants: ['YES', 'NO'],
    values: { YES: true, NO: false },
    default: 'NO',
    decide: () => {
      throw new Error('no');
    },
  },
});
const keeper = createGatekeeper({ flags, onError: () => {} });
const cookie = overrideCookie({ LIMIT: 'NONE', PLAIN: 'ON' });

test.each([
  { request: {}, value: 10, source: 'default' },
  { request: { userId: 7 }, value: 100, source: 'user' },
  { request: { attributes: { plan: 'free' } }, value: 0, source: 'code' },
  { request: { cookie, userId: 7, mayOverride: true }, value: 0, source: 'override' },
])('ffValue is $value if the variant comes from $source', ({ request, value, source }) => {
  const gate = keeper.gateFor(request);

  expect(gate.ffValue('LIMIT')).toBe(value);
  expect(gate.getFeatureFlagValue('LIMIT')).toBe(value);
  expect(gate.explain('LIMIT')).toMatchObject({ value, source });
  expect(gate.evaluations()).toEqual([gate.explain('LIMIT')]);
});

test('ffValue takes another user, no user, and reports a wrong second argument, as ffVariant does', () => {
  const errors: GatekeeperError[] = [];
  const gate = createGatekeeper({ flags, onError: (error) => errors.push(error) }).gateFor({ userId: 7 });

  expect([gate.ffValue('LIMIT', { userId: 8 }), gate.ffValue('LIMIT', { userId: null })]).toEqual([10, 10]);
  expect([gate.ffValue('LIMIT'), gate.ffValue('LIMIT', { userId: '7' })]).toEqual([100, 100]);
  expect(gate.ffValue('LIMIT', 8 as never)).toBe(100);
  expect(errors.map(({ message }) => message)).toEqual([
    'Flag "LIMIT": the second argument of ffValue() must be { userId }',
  ]);
});

test('a flag without values has its variants’ names as values', () => {
  expect(keeper.gateFor().ffValue('PLAIN')).toBe('OFF');
  expect(keeper.gateFor({ cookie, mayOverride: true }).ffValue('PLAIN')).toBe('ON');
});

test('a flag that fails has the value of its default', () => {
  const gate = keeper.gateFor();

  expect(gate.ffValue('BROKEN')).toBe(false);
  expect(gate.explain('BROKEN')).toMatchObject({ value: false, source: 'error' });
});

test('ffValue of a flag that does not exist is undefined and is reported', () => {
  const errors: GatekeeperError[] = [];
  const gate = createGatekeeper({ flags, onError: (error) => errors.push(error) }).gateFor();

  expect(gate.ffValue('LIMTI' as 'LIMIT')).toBeUndefined();
  expect(errors.map(({ message }) => message)).toEqual([
    'Flag "LIMTI": there is no such flag, so ffValue() returns undefined; did you mean "LIMIT"?',
  ]);
});

test('exposures have the value', () => {
  const seen: unknown[] = [];
  const exposing = createGatekeeper({ flags, onEvaluate: ({ flag, value }) => seen.push([flag, value]) });

  exposing.gateFor({ userId: 7 }).ff('LIMIT', 'LOW');

  expect(seen).toEqual([['LIMIT', 100]]);
});

test('an object value is the same object for each request, and frozen to its last array', () => {
  const value = keeper.gateFor().ffValue('PAGE');

  expect(value).toEqual({ columns: [1, 2] });
  expect(keeper.gateFor({ userId: 7 }).ffValue('PAGE')).toBe(value);
  expect(keeper.flags.PAGE.values?.A).toBe(value);
  for (const part of [keeper.flags.PAGE.values, value, value.columns]) expect(Object.isFrozen(part)).toBe(true);
});

test('values are copied: changes of the application’s own object have no effect', () => {
  const values = { A: { columns: [1] }, B: { columns: [2] } };
  const own = createGatekeeper({ flags: defineFlags({ PAGE: { variants: ['A', 'B'], values, default: 'A' } }) });

  values.A.columns.push(9);
  values.A = { columns: [8] };

  expect(own.gateFor().ffValue('PAGE')).toEqual({ columns: [1] });
});

const raise = (): never => {
  throw new Error('no');
};
const CIRCLE: { self?: object } = {};
CIRCLE.self = { again: CIRCLE };
const SHARED = { list: [1] };
const REVOKED = Proxy.revocable({}, {});
REVOKED.revoke();
const DEEP = JSON.parse(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`);
const EXPECTED = 'must be a boolean, a string, a finite number or a plain object';

test.each([
  { values: null, message: 'values must be an object, { LOW: 1, HIGH: 2 }; got null' },
  { values: [10, 100], message: 'values must be an object, { LOW: 1, HIGH: 2 }; got an array' },
  { values: new Map([['LOW', 1]]), message: 'values must be an object, { LOW: 1, HIGH: 2 }; got a Map' },
  { values: 10, message: 'values must be an object, { LOW: 1, HIGH: 2 }; got a number' },
  { values: { LOW: 10 }, message: 'values must have a value for each variant; it has none for HIGH' },
  {
    values: Object.create({ LOW: 1, HIGH: 2 }),
    message: 'values must have a value for each variant; it has none for LOW',
  },
  {
    values: { LOW: 1, HIGH: 2, HIHG: 3 },
    message: 'values names "HIHG", which is not one of LOW, HIGH; did you mean "HIGH"?',
  },
  {
    values: JSON.parse('{"LOW":1,"HIGH":2,"__proto__":3}'),
    message: 'values names "__proto__", which is not one of LOW, HIGH',
  },
  { values: { LOW: 1, HIGH: '2' }, message: 'values must all have the same type; LOW is a number, HIGH is a string' },
  {
    values: { LOW: {}, HIGH: true },
    message: 'values must all have the same type; LOW is an object, HIGH is a boolean',
  },
  { values: { LOW: 1, HIGH: undefined }, message: `values.HIGH ${EXPECTED}; got undefined` },
  { values: { LOW: 1, HIGH: null }, message: `values.HIGH ${EXPECTED}; got null` },
  { values: { LOW: 1, HIGH: Number.NaN }, message: `values.HIGH ${EXPECTED}; got NaN` },
  { values: { LOW: 1, HIGH: -1 / 0 }, message: `values.HIGH ${EXPECTED}; got an infinite number` },
  { values: { LOW: 1, HIGH: 2n }, message: `values.HIGH ${EXPECTED}; got a bigint` },
  { values: { LOW: 1, HIGH: Symbol('high') }, message: `values.HIGH ${EXPECTED}; got a symbol` },
  { values: { LOW: {}, HIGH: raise }, message: `values.HIGH ${EXPECTED}; got a function` },
  { values: { LOW: {}, HIGH: [1] }, message: `values.HIGH ${EXPECTED}; got an array` },
  { values: { LOW: {}, HIGH: new Date(0) }, message: `values.HIGH ${EXPECTED}; got a Date` },
  { values: { LOW: {}, HIGH: new Map() }, message: `values.HIGH ${EXPECTED}; got a Map` },
  { values: { LOW: {}, HIGH: new (class Limit {})() }, message: `values.HIGH ${EXPECTED}; got an object` },
  { values: { LOW: 'a', HIGH: new String('b') }, message: `values.HIGH ${EXPECTED}; got an object` },
  { values: { LOW: {}, HIGH: { at: new Date(0) } }, message: 'values.HIGH.at must be JSON; got a Date' },
  { values: { LOW: {}, HIGH: { per: { day: 0 / 0 } } }, message: 'values.HIGH.per.day must be JSON; got NaN' },
  { values: { LOW: {}, HIGH: { per: [1, undefined] } }, message: 'values.HIGH.per[1] must be JSON; got undefined' },
  // biome-ignore lint/suspicious/noSparseArray: the hole is the case
  { values: { LOW: {}, HIGH: { per: [1, , 3] } }, message: 'values.HIGH.per[1] must be JSON; got undefined' },
  {
    values: { LOW: {}, HIGH: { 'a b': [[raise]] } },
    message: 'values.HIGH["a b"][0][0] must be JSON; got a function',
  },
  { values: { LOW: {}, HIGH: { toJSON: raise } }, message: 'values.HIGH.toJSON must be JSON; got a function' },
  { values: { LOW: {}, HIGH: CIRCLE }, message: 'values.HIGH.self.again must be JSON; it contains itself' },
  { values: { LOW: {}, HIGH: DEEP }, message: 'values.HIGH must be JSON; it has more than 64 levels' },
  {
    values: {
      LOW: 1,
      get HIGH() {
        return raise();
      },
    },
    message: 'values.HIGH cannot be read: Error: no',
  },
  {
    values: {
      LOW: {},
      HIGH: {
        get day() {
          return raise();
        },
      },
    },
    message: 'values.HIGH cannot be read: Error: no',
  },
  {
    values: new Proxy({}, { ownKeys: raise }),
    message: 'values cannot be read: Error: no',
  },
  {
    values: { LOW: {}, HIGH: REVOKED.proxy },
    message: /^values\.HIGH cannot be read: TypeError: Cannot perform '.*' on a proxy that has been revoked$/,
  },
])('values are refused: $message', ({ values, message }) => {
  const LIMIT = { variants: ['LOW', 'HIGH'], values, default: 'LOW' };
  const text = typeof message === 'string' ? `Flag LIMIT: ${message}` : expect.stringMatching(message.source.slice(1));

  for (const use of [() => defineFlags({ LIMIT } as never), () => createGatekeeper({ flags: { LIMIT } as never })]) {
    expect(use).toThrow(GatekeeperError);
    expect(use).toThrow(expect.objectContaining({ code: 'ERR_GK_VALUES', flag: 'LIMIT', message: text }));
  }
});

test.each([
  { values: { LOW: -0, HIGH: 1e308 }, copy: { LOW: 0, HIGH: 1e308 } },
  { values: { LOW: '', HIGH: '\ud800' }, copy: { LOW: '', HIGH: '\ud800' } },
  { values: { LOW: { at: [-0, null, 'x'] }, HIGH: {} }, copy: { LOW: { at: [0, null, 'x'] }, HIGH: {} } },
  {
    values: { LOW: SHARED, HIGH: { one: SHARED, other: SHARED } },
    copy: { LOW: SHARED, HIGH: { one: SHARED, other: SHARED } },
  },
  { values: { HIGH: Object.assign(Object.create(null), { a: 1 }), LOW: {} }, copy: { LOW: {}, HIGH: { a: 1 } } },
  { values: runInNewContext('({ LOW: { a: [1] }, HIGH: { b: {} } })'), copy: { LOW: { a: [1] }, HIGH: { b: {} } } },
  { values: { LOW: {}, HIGH: { [Symbol('note')]: 1, a: 1 } }, copy: { LOW: {}, HIGH: { a: 1 } } },
])('values are accepted as the JSON $copy', ({ values, copy }) => {
  const defined = defineFlags({ LIMIT: { variants: ['LOW', 'HIGH'], values, default: 'LOW' } } as never);

  expect((defined as Readonly<Record<string, FlagDefinition>>).LIMIT?.values).toStrictEqual(copy);
});

test('a key __proto__ in a value is an ordinary field of the copy', () => {
  const HIGH = JSON.parse('{"__proto__":{"polluted":true}}');
  const defined = defineFlags({ LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: {}, HIGH }, default: 'HIGH' } });

  const value = createGatekeeper({ flags: defined }).gateFor().ffValue('LIMIT');

  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
});

test('a variant may have the name of a property of every object', () => {
  const named = defineFlags({
    A: { variants: ['constructor', 'toString'], values: { constructor: 1, toString: 2 }, default: 'toString' },
    B: { variants: ['constructor', 'valueOf'], default: 'valueOf' },
  } as never) as never;
  const gate = createGatekeeper({ flags: named }).gateFor() as { ffValue(flag: string): unknown };

  expect([gate.ffValue('A'), gate.ffValue('B')]).toEqual([2, 'valueOf']);
});

test('fields of a polluted Object.prototype are no values', () => {
  withPollutedPrototype({ values: { ON: 1, OFF: 2 }, LOW: 5, HIGH: 6 }, () => {
    const own = defineFlags({ PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' } });

    expect(createGatekeeper({ flags: own }).gateFor().ffValue('PLAIN')).toBe('OFF');
    expect(() => defineFlags({ L: { variants: ['LOW', 'HIGH'], values: {}, default: 'LOW' } } as never)).toThrow(
      'it has none for LOW',
    );
  });
});
