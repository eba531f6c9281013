import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatekeeperError } from '../../../../server-lib/index.ts';
import { validateSchema } from '../../../../server-lib/rules/document/schema.ts';
import { compileRules } from '../../../../server-lib/rules.ts';

const ON_OFF = '"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off"';

test.each([
  // text                                  line  column
  ['', 1, 1],
  ['  \n ', 2, 2],
  ['{', 1, 2],
  ['{"flags":{}} x', 1, 14],
  ['{"flags":\n  {"FLAG": nope}}', 2, 12],
  ['{"flags":{"FLAG\n":{}}}', 1, 16],
  ['{"flags":{"a\\x":{}}}', 1, 13],
  ["{'flags':{}}", 1, 2],
  ['{"flags":{},}', 1, 13],
  ['{"flags":{"FLAG":01}}', 1, 19],
])('the syntax error in %j is in line %i, column %i', (text, line, column) => {
  expect(errorOf(text)).toMatchObject({ code: 'ERR_GK_RULES_JSON', position: { line, column } });
});

test.each([undefined, null, 7, true, () => {}, Symbol('rules'), 10n, new Map()])('%s is refused', (value) => {
  expect(errorOf(value)?.code).toMatch(/^ERR_GK_RULES_(JSON|SCHEMA)$/);
});

test('an object that contains itself is refused', () => {
  const circle: Record<string, unknown> = { flags: {} };
  circle.metadata = circle;

  expect(errorOf(circle)?.code).toBe('ERR_GK_RULES_JSON');
});

test.each([
  ['lists', (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`],
  ['operations', (depth: number) => `${'{"!":'.repeat(depth)}true${'}'.repeat(depth)}`],
])('only the flag with %s nested a hundred thousand deep is left out', (_what, nested) => {
  const bad = `"BAD":{${ON_OFF},"targeting":{"if":[${nested(100_000)},"on"]}}`;
  const off = `"OFF":{"state":"DISABLED","targeting":${nested(100_000)}}`;

  const { evaluate, notices } = compileRules(`{"flags":{${bad},${off},"GOOD":{${ON_OFF}}}}`);

  expect(notices.find(({ flag }) => flag === 'BAD')).toMatchObject({ path: ['flags', 'BAD', 'targeting'] });
  expect(['BAD', 'OFF', 'GOOD'].map((flag) => evaluate(flag).reason)).toEqual(['ERROR', 'DISABLED', 'STATIC']);
});

test('an evaluator that refers to itself is a warning', () => {
  const text = `{"flags":{"FLAG":{${ON_OFF},"targeting":{"if":[{"$ref":"me"},"on"]}}},"$evaluators":{"me":{"!":{"$ref":"me"}}}}`;

  const { notices } = compileRules(text);

  expect(notices.map(({ code, flag }) => [code, flag])).toEqual([
    ['dangling-reference', undefined],
    ['dangling-reference', 'FLAG'],
  ]);
});

test('flags and variants may have the names of object members, such as __proto__', () => {
  const flag = {
    state: 'ENABLED',
    variants: JSON.parse('{"__proto__":true,"toString":false}'),
    defaultVariant: '__proto__',
  };
  const rules = compileRules(JSON.stringify({ flags: JSON.parse(`{"__proto__":${JSON.stringify(flag)}}`) }));

  expect(rules.evaluate('__proto__')).toEqual({ variant: '__proto__', value: true, reason: 'STATIC' });
  expect(rules.evaluate('toString').errorCode).toBe('FLAG_NOT_FOUND');
});

test('a document of more than 16 MiB is refused, as a string and parsed', () => {
  const flags = { FLAG: { description: 'é'.repeat(8 * 1024 * 1024) } };

  expect(errorOf({ flags })?.message).toContain('at most 16777216');
  expect(errorOf(JSON.stringify({ flags }))?.code).toBe('ERR_GK_RULES_SCHEMA');
});

test('no message is longer than a few lines, even about a very long value', () => {
  const long = 'x'.repeat(1_000_000);
  const variants = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, at) => [`variant-${at}-${long.slice(0, 50)}`, at]),
  );
  const flags = {
    FLAG: { state: 'ENABLED', variants, defaultVariant: long },
    [long]: { state: long },
    LIST: { state: [variants] },
  };

  const messages = [...compileRules({ flags }).notices, ...validateSchema({ flags })].map(
    ({ message }) => message.length,
  );

  expect(messages).toHaveLength(8);
  expect(Math.max(...messages)).toBeLessThan(1_500);
});

test('every string either compiles or is refused with an error code', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => `{"flags":{"FLAG":${JSON.stringify(value)}}}`),
  );
  const check = fc.property(text, (anything) => {
    const error = errorOf(anything);

    expect(error === undefined || error.code.startsWith('ERR_GK_RULES_')).toBe(true);
  });

  fc.assert(check, { numRuns: 2_000 });
});

function errorOf(document: unknown): GatekeeperError | undefined {
  try {
    compileRules(document);
    return undefined;
  } catch (error) {
    if (error instanceof GatekeeperError) return error;
    throw error;
  }
}
