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
])('%j stops being JSON in line %i, column %i', (text, line, column) => {
  expect(refusalOf(text)).toMatchObject({ code: 'ERR_GK_RULES_JSON', position: { line, column } });
});

test.each([undefined, null, 7, true, () => {}, Symbol('rules'), 10n, new Map()])('%s is no rules document', (value) => {
  expect(refusalOf(value)?.code).toMatch(/^ERR_GK_RULES_(JSON|SCHEMA)$/);
});

test('an object that contains itself is refused', () => {
  const circle: Record<string, unknown> = { flags: {} };
  circle.metadata = circle;

  expect(refusalOf(circle)?.code).toBe('ERR_GK_RULES_JSON');
});

test.each([
  ['lists', (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`],
  ['operations', (depth: number) => `${'{"!":'.repeat(depth)}true${'}'.repeat(depth)}`],
])('%s nested a hundred thousand deep leave out their flag, and no other', (_what, nested) => {
  const bad = `"BAD":{${ON_OFF},"targeting":{"if":[${nested(100_000)},"on"]}}`;
  const off = `"OFF":{"state":"DISABLED","targeting":${nested(100_000)}}`;

  const { evaluate, notices } = compileRules(`{"flags":{${bad},${off},"GOOD":{${ON_OFF}}}}`);

  expect(notices.find(({ flag }) => flag === 'BAD')).toMatchObject({ path: ['flags', 'BAD', 'targeting'] });
  expect(['BAD', 'OFF', 'GOOD'].map((flag) => evaluate(flag).reason)).toEqual(['ERROR', 'DISABLED', 'STATIC']);
});

test('an evaluator that refers to itself is a notice', () => {
  const text = `{"flags":{"FLAG":{${ON_OFF},"targeting":{"if":[{"$ref":"me"},"on"]}}},"$evaluators":{"me":{"!":{"$ref":"me"}}}}`;

  const { notices } = compileRules(text);

  expect(notices.map(({ code, flag }) => [code, flag])).toEqual([
    ['dangling-reference', undefined],
    ['dangling-reference', 'FLAG'],
  ]);
});

test('names out of every object’s own machinery are names like others', () => {
  const flag = {
    state: 'ENABLED',
    variants: JSON.parse('{"__proto__":true,"toString":false}'),
    defaultVariant: '__proto__',
  };
  const rules = compileRules(JSON.stringify({ flags: JSON.parse(`{"__proto__":${JSON.stringify(flag)}}`) }));

  expect(rules.evaluate('__proto__')).toEqual({ variant: '__proto__', value: true, reason: 'STATIC' });
  expect(rules.evaluate('toString').errorCode).toBe('FLAG_NOT_FOUND');
});

test('a document of more than 16 MiB is refused, as text and parsed', () => {
  const flags = { FLAG: { description: 'é'.repeat(8 * 1024 * 1024) } };

  expect(refusalOf({ flags })?.message).toContain('at most 16777216');
  expect(refusalOf(JSON.stringify({ flags }))?.code).toBe('ERR_GK_RULES_SCHEMA');
});

test('no message is longer than a few lines, however large what it is about', () => {
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

test('no text whatever does anything but compile or be refused with a code', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => `{"flags":{"FLAG":${JSON.stringify(value)}}}`),
  );
  const check = fc.property(text, (anything) => {
    const refusal = refusalOf(anything);

    expect(refusal === undefined || refusal.code.startsWith('ERR_GK_RULES_')).toBe(true);
  });

  fc.assert(check, { numRuns: 2_000 });
});

function refusalOf(document: unknown): GatekeeperError | undefined {
  try {
    compileRules(document);
    return undefined;
  } catch (error) {
    if (error instanceof GatekeeperError) return error;
    throw error;
  }
}
