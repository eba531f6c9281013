import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { fakeRulesSource } from '../../fakes/fake-rules-source.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';

const flags = defineFlags({
  LIMIT: {
    variants: ['LOW', 'HIGH', 'NONE'],
    values: { LOW: 10, HIGH: 100, NONE: 0 },
    default: 'LOW',
    users: { HIGH: [7] },
  },
  PAGE: { variants: ['A', 'B'], values: { A: { columns: [1] }, B: {} }, default: 'A' },
  PAID: { variants: ['YES', 'NO'], values: { YES: true, NO: false }, default: 'NO' },
  COPY: { variants: ['SHORT', 'LONG'], values: { SHORT: 'Buy', LONG: 'Buy it now' }, default: 'SHORT' },
  PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' },
});

const enabled = (variants: object, more: object = {}) => ({ state: 'ENABLED', variants, ...more });

function started(documentFlags: object) {
  const log = errorLog();
  const keeper = createGatekeeper({ flags, rules: { flags: documentFlags }, ...log });
  return { keeper, warnings: () => log.errors.map(({ code, message }) => `${code}: ${message}`) };
}

test.each([
  { request: {}, rule: {}, value: 20, source: 'default' },
  { request: { userId: 7 }, rule: {}, value: 150, source: 'user' },
  { request: {}, rule: { defaultVariant: 'HIGH' }, value: 150, source: 'rule' },
  {
    request: { cookie: overrideCookie({ LIMIT: 'HIGH' }), mayOverride: true },
    rule: {},
    value: 150,
    source: 'override',
  },
])('the document’s number counts if the variant comes from $source', ({ request, rule, value, source }) => {
  const { keeper, warnings } = started({ LIMIT: enabled({ LOW: 20, HIGH: 150 }, rule) });
  const gate = keeper.gateFor(request);

  expect(gate.ffValue('LIMIT')).toBe(value);
  expect(gate.explain('LIMIT')).toMatchObject({ value, source });
  expect(gate.evaluations()).toEqual([gate.explain('LIMIT')]);
  expect(warnings()).toEqual([]);
});

test('variants that the document does not have keep the code’s value', () => {
  const { keeper } = started({ LIMIT: enabled({ LOW: 20 }) });
  const cookie = overrideCookie({ LIMIT: 'NONE' });

  expect(keeper.gateFor({ cookie, mayOverride: true }).ffValue('LIMIT')).toBe(0);
});

test('each type of value can be changed, and a changed object is frozen', () => {
  const { keeper, warnings } = started({
    PAGE: enabled({ A: { columns: [1, 2] }, B: { wide: true } }),
    PAID: enabled({ YES: false, NO: true }),
    COPY: enabled({ SHORT: 'Order', LONG: '' }),
  });
  const gate = keeper.gateFor();
  const page = gate.ffValue('PAGE');

  expect([page, gate.ffValue('PAID'), gate.ffValue('COPY')]).toEqual([{ columns: [1, 2] }, true, 'Order']);
  expect(keeper.gateFor().ffValue('PAGE')).toBe(page);
  expect([Object.isFrozen(page), Object.isFrozen(Object.values(page)[0])]).toEqual([true, true]);
  expect(warnings()).toEqual([]);
});

test('a string that is only the variant’s name does not replace the string in code', () => {
  const { keeper, warnings } = started({ COPY: enabled({ SHORT: 'SHORT', LONG: 'LONG' }) });

  expect(keeper.gateFor().ffValue('COPY')).toBe('Buy');
  expect(warnings()).toEqual([]);
});

test.each([
  { flag: 'LIMIT', variants: { HIGH: 'HIGH' }, what: 'HIGH must be a number, as in the code; got "HIGH"' },
  { flag: 'LIMIT', variants: { HIGH: '150' }, what: 'HIGH must be a number, as in the code; got "150"' },
  { flag: 'LIMIT', variants: { HIGH: null }, what: 'HIGH must be a number, as in the code; got null' },
  { flag: 'LIMIT', variants: { HIGH: [150] }, what: 'HIGH must be a number, as in the code; got [150]' },
  { flag: 'PAGE', variants: { A: [1] }, what: 'A must be an object, as in the code; got [1]' },
  { flag: 'PAGE', variants: { A: null }, what: 'A must be an object, as in the code; got null' },
  { flag: 'PAGE', variants: { A: 'A' }, what: 'A must be an object, as in the code; got "A"' },
  { flag: 'PAID', variants: { YES: 1 }, what: 'YES must be a boolean, as in the code; got 1' },
  { flag: 'COPY', variants: { LONG: false }, what: 'LONG must be a string, as in the code; got false' },
])('a value of another type is reported once, and the code’s counts: $what', ({ flag, variants, what }) => {
  const { keeper, warnings } = started({ [flag]: enabled(variants, { defaultVariant: Object.keys(variants)[0] }) });
  const name = flag as 'LIMIT';
  const [variant = ''] = Object.keys(variants);

  for (const gate of [keeper.gateFor(), keeper.gateFor()]) {
    expect(gate.explain(name)).toMatchObject({ variant, source: 'rule' });
    expect(gate.ffValue(name)).toEqual(keeper.flags[name].values?.[variant as 'LOW']);
  }
  expect(warnings()).toEqual([`ERR_GK_RULES_NOTICE: Flag ${flag}: the value of ${what}; the code's value is used`]);
});

test('numbers that JSON cannot hold and objects that are too deep are reported too', () => {
  const deep = `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`;
  const log = errorLog();
  const rules = `{"flags":{"LIMIT":{"state":"ENABLED","variants":{"HIGH":1e999}},"PAGE":{"state":"ENABLED","variants":{"A":${deep}}}}}`;
  const gate = createGatekeeper({ flags, rules, ...log }).gateFor({ userId: 7 });

  expect([gate.ffValue('LIMIT'), gate.ffValue('PAGE')]).toEqual([100, { columns: [1] }]);
  expect(log.errors.map(({ message }) => message)).toEqual([
    "Flag LIMIT: the value of HIGH must be a boolean, a string, a finite number or a plain object; got an infinite number; the code's value is used",
    "Flag PAGE: the value of A must be JSON; it has more than 64 levels; the code's value is used",
  ]);
});

test('several wrong values of one flag are one warning, and the others count', () => {
  const { keeper, warnings } = started({ LIMIT: enabled({ LOW: 'ten', HIGH: 150, NONE: false }) });

  expect(keeper.gateFor({ userId: 7 }).ffValue('LIMIT')).toBe(150);
  expect(keeper.gateFor().ffValue('LIMIT')).toBe(10);
  expect(warnings()).toEqual([
    'ERR_GK_RULES_NOTICE: Flag LIMIT: the value of LOW must be a number, as in the code; got "ten"; the code\'s values are used for it and NONE',
  ]);
});

test('a flag without values in code keeps its variants’ names, whatever the document’s values are', () => {
  for (const variants of [
    { ON: true, OFF: false },
    { ON: 'yes', OFF: 'no' },
    { ON: null, OFF: { a: 1 } },
  ]) {
    const { keeper, warnings } = started({ PLAIN: enabled(variants, { defaultVariant: 'ON' }) });

    expect(keeper.gateFor().explain('PLAIN')).toMatchObject({ variant: 'ON', value: 'ON', source: 'rule' });
    expect(warnings()).toEqual([]);
  }
});

test.each([
  { why: 'it is switched off', rule: { state: 'DISABLED' } },
  { why: 'its rule cannot be read', rule: { targeting: { nonsense: [] } } },
  { why: 'it has a variant that the code does not have', rule: { variants: { HIGH: 150, MORE: 200 } } },
])('the values of a flag do not count if $why', ({ rule }) => {
  const { keeper } = started({ LIMIT: { ...enabled({ LOW: 20, HIGH: 150 }, { defaultVariant: 'HIGH' }), ...rule } });

  expect([keeper.gateFor().ffValue('LIMIT'), keeper.gateFor({ userId: 7 }).ffValue('LIMIT')]).toEqual([10, 100]);
});

test('a request uses the values of one revision, and the next request those of the new one', () => {
  const source = fakeRulesSource({ flags: { LIMIT: enabled({ LOW: 20 }), PAGE: enabled({ A: { columns: [2] } }) } });
  const keeper = createGatekeeper({ flags, rules: source });
  const gate = keeper.gateFor();

  const first = gate.ffValue('LIMIT');
  source.publish({ flags: { LIMIT: enabled({ LOW: 30 }), PAGE: enabled({ A: { columns: [3] } }) } });

  expect([first, gate.ffValue('LIMIT'), gate.explain('LIMIT').value]).toEqual([20, 20, 20]);
  expect(gate.ffValue('PAGE')).toEqual({ columns: [2] });
  expect([keeper.gateFor().ffValue('LIMIT'), keeper.gateFor().ffValue('PAGE')]).toEqual([30, { columns: [3] }]);
});

test('an exposure has the value of the document', () => {
  const values: unknown[] = [];
  const rules = { flags: { LIMIT: enabled({ HIGH: 150 }) } };
  const keeper = createGatekeeper({ flags, rules, onEvaluate: ({ value }) => values.push(value) });

  keeper.gateFor({ userId: 7 }).ff('LIMIT', 'HIGH');

  expect(values).toEqual([150]);
});

test('a value with a key __proto__ changes no prototype', () => {
  const rules = '{"flags":{"PAGE":{"state":"ENABLED","variants":{"A":{"__proto__":{"polluted":true}}}}}}';
  const value = createGatekeeper({ flags, rules }).gateFor().ffValue('PAGE');

  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
  expect((value as { polluted?: true }).polluted).toBeUndefined();
});
