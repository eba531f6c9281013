import { expect, test } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { compileRules } from '../../../../server-lib/rules.ts';
import { errorLog } from '../../../fakes/error-log.ts';

const ON_OFF = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' } as const;

test.each([98, 5_000])(
  '%i nested else-ifs are evaluated to the last one, also in an evaluator and in an operand',
  (count) => {
    const chain = elseIfs(count, (at) => ({ '==': [{ var: 'step' }, at] }));
    const flags = {
      ALONE: { ...ON_OFF, targeting: chain },
      SHARED: { ...ON_OFF, targeting: { if: [true, { $ref: 'chain' }, null] } },
      OPERAND: { ...ON_OFF, targeting: { or: [false, chain] } },
    };
    const { evaluate } = compileRules(stringifyDeep({ flags, $evaluators: { chain } }));

    const variantOf = (flag: string, step: number) => evaluate(flag, { step }).variant;

    for (const flag of Object.keys(flags)) {
      expect([variantOf(flag, count - 1), variantOf(flag, 0), variantOf(flag, -1)]).toEqual(['on', 'off', 'off']);
    }
  },
);

test('else-ifs of five operands and else-ifs with constant conditions are evaluated like others', () => {
  const pairs = elseIfs(2_000, (at) => ({ '==': [{ var: 'step' }, at] }), [{ var: 'gone' }, 'off']);
  const constant = elseIfs(2_000, () => false);
  const { evaluate } = compileRules(
    stringifyDeep({ flags: { PAIRS: { ...ON_OFF, targeting: pairs }, CONSTANT: { ...ON_OFF, targeting: constant } } }),
  );

  expect(evaluate('PAIRS', { step: 1_999 }).variant).toBe('on');
  expect(evaluate('CONSTANT').variant).toBe('off');
});

test.each(['or', 'and'])('%s accepts seven thousand operands', (operator) => {
  const operands = Array.from({ length: 7_000 }, (_, at) => ({
    [operator === 'or' ? '==' : '!=']: [{ var: 'id' }, at],
  }));
  const rules = compileRules({ flags: { FLAG: { ...ON_OFF, targeting: { if: [{ [operator]: operands }, 'on'] } } } });

  const variants = [6_999, 7_000].map((id) => rules.evaluate('FLAG', { id }).variant);

  expect(variants).toEqual(operator === 'or' ? ['on', 'off'] : ['off', 'on']);
});

const DIGITS = Array.from({ length: 10 }, (_, at) => at);
const ALL_AGAIN = { merge: [{ var: 'accumulator' }, { var: 'accumulator' }] };

test.each([
  // what would take too long                     expression
  [
    'some in some, eight deep',
    nested(8, (inner) => ({ some: [{ merge: [DIGITS, { var: '' }] }, inner] }), { '==': [{ var: '' }, -1] }),
  ],
  ['none over merge', nested(6, (inner) => ({ none: [{ merge: [DIGITS, { var: '../' }] }, { '!': [inner] }] }), true)],
  ['a list that doubles', { reduce: [{ var: 'list' }, ALL_AGAIN, [1]] }],
  ['a constant list that doubles', { reduce: [Array.from({ length: 60 }, () => 1), ALL_AGAIN, [1]] }],
  [
    'a string that doubles',
    { reduce: [{ var: 'list' }, { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'a'] },
  ],
  ['a list without an end', { some: [{ var: 'endless' }, false] }],
  ['a long search', { some: [{ var: 'list' }, { in: [{ var: '../../part' }, { var: '../../text' }] }] }],
  ['long comparisons', { map: [{ var: 'many' }, { '==': [{ var: '../../text' }, { var: '../../other' }] }] }],
])('%s: the flag fails quickly with one report, and another flag still works', (_what, expression) => {
  const { errors, onError } = errorLog();
  const flags = {
    LOOP: { variants: ['on', 'off'], default: 'off' },
    CALM: { variants: ['on', 'off'], default: 'off' },
  } as const;
  const rules = {
    flags: { LOOP: { ...ON_OFF, targeting: { if: [expression, 'on'] } }, CALM: { ...ON_OFF, defaultVariant: 'on' } },
  };
  const gate = createGatekeeper({ flags, rules, onError }).gateFor({
    attributes: {
      list: Array.from({ length: 60 }, (_, at) => at),
      many: Array.from({ length: 10_000 }, () => 1),
      endless: { length: Number.POSITIVE_INFINITY },
      text: 'a'.repeat(200_000),
      other: `${'a'.repeat(199_999)}b`,
      part: `${'a'.repeat(500)}b`,
    },
  });

  const cpu = process.cpuUsage();
  const evaluation = gate.explain('LOOP');
  const { user } = process.cpuUsage(cpu);

  expect(evaluation).toMatchObject({ variant: 'off', source: 'error', reason: 'ERROR', errorCode: 'GENERAL' });
  expect(errors).toMatchObject([{ code: 'ERR_GK_RULE_FAILED', flag: 'LOOP' }]);
  expect(errors[0]?.message).toContain('too many steps');
  expect(user).toBeLessThan(1_000_000); // microseconds of work, not of waiting; it takes about ten thousand
  expect(gate.ffVariant('CALM')).toBe('on');
});

test('a loop over ten thousand items stays within the limit', () => {
  const each = { and: [{ '==': [{ var: 'name' }, 'admin'] }, { '>': [{ var: 'level' }, 3] }] };
  const rules = compileRules({
    flags: { FLAG: { ...ON_OFF, targeting: { if: [{ some: [{ var: 'roles' }, each] }, 'on'] } } },
  });
  const roles = Array.from({ length: 10_000 }, (_, at) => ({ name: at === 9_999 ? 'admin' : 'guest', level: 4 }));

  expect(rules.evaluate('FLAG', { roles }).variant).toBe('on');
});

test('each evaluation has its own count of steps, also when an attribute evaluates another flag', () => {
  const loop = { if: [{ some: [{ var: 'list' }, { '==': [{ var: '' }, 'last'] }] }, 'on'] };
  const rules = compileRules({
    flags: { OUTER: { ...ON_OFF, targeting: loop }, INNER: { ...ON_OFF, targeting: loop } },
  });
  const list = [...Array.from({ length: 20_000 }, () => 'x'), 'last'];
  const outer = {
    get list(): readonly string[] {
      return Array.from({ length: 3 }, () => rules.evaluate('INNER', { list }).variant).includes('on') ? list : [];
    },
  };

  const variants = Array.from({ length: 5 }, () => rules.evaluate('OUTER', outer).variant);

  expect(variants).toEqual(['on', 'on', 'on', 'on', 'on']);
});

test.each([
  ['operations', { and: [{ $ref: 'next' }, { $ref: 'next' }] }, { var: 'a' }],
  ['lists', [{ $ref: 'next' }, { $ref: 'next' }], 'x'],
  ['strings', { cat: [{ $ref: 'next' }, { $ref: 'next' }] }, 'x'],
])('evaluators of %s that refer to each other twice take little time and memory', (_what, twice, last) => {
  const text = JSON.stringify(twice);
  const doubling = Array.from({ length: 60 }, (_, at) => `"e${at}":${text.replaceAll('next', `e${at + 1}`)}`);
  const targeting = '{"if":[{"in":["x",{"$ref":"e0"}]},"on"]}';
  const on = JSON.stringify(ON_OFF).slice(1, -1);
  const flags = `{"BAD":{${on},"targeting":${targeting}},"OFF":{${on},"state":"DISABLED","targeting":${targeting}},"GOOD":{${on}}}`;

  const { evaluate, notices } = compileRules(
    `{"flags":${flags},"$evaluators":{${doubling},"e60":${JSON.stringify(last)}}}`,
  );

  expect(['BAD', 'OFF', 'GOOD'].map((flag) => evaluate(flag).reason)).toEqual(['ERROR', 'DISABLED', 'STATIC']);
  expect(notices.map(({ flag }) => flag)).toContain('BAD');
});

function elseIfs(count: number, condition: (at: number) => unknown, more: readonly unknown[] = []): unknown {
  let rest: unknown = 'off';
  for (let at = count - 1; at >= 0; at--)
    rest = { if: [condition(at), at === count - 1 ? 'on' : 'off', ...more, rest] };
  return rest;
}

function nested(depth: number, around: (inner: unknown) => unknown, innermost: unknown): unknown {
  return depth === 0 ? innermost : around(nested(depth - 1, around, innermost));
}

/** `JSON.stringify`, which is recursive, of a value that is nested too deeply for it. */
function stringifyDeep(value: unknown): string {
  const parts: string[] = [];
  const pending: unknown[] = [value];
  const raw = (text: string): { readonly raw: string } => ({ raw: text });
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== 'object' || next === null) parts.push(JSON.stringify(next));
    else if ('raw' in next) parts.push(next.raw as string);
    else if (Array.isArray(next)) pending.push(raw(']'), ...separated(next).reverse(), raw('['));
    else {
      const entries = Object.entries(next).flatMap(([key, item], at) => [
        raw(`${at > 0 ? ',' : ''}${JSON.stringify(key)}:`),
        item,
      ]);
      pending.push(raw('}'), ...entries.reverse(), raw('{'));
    }
  }
  return parts.join('');

  function separated(items: readonly unknown[]): unknown[] {
    return items.flatMap((item, at) => (at > 0 ? [raw(','), item] : [item]));
  }
}
