import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceTargeting } from '../../../../server-lib/cli/trace-targeting.ts';
import { compileRules } from '../../../../server-lib/rules/compile-rules.ts';
import { commandLine } from '../../../helpers/processes/command-line.ts';
import { codeBlocks } from '../../../helpers/repository/markdown.ts';
import { CHECKOUT_RULES } from '../../../helpers/rules-documents.ts';

test('explain shows the conditions that were evaluated, and the bucket', async () => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES });

  const { code, out } = await prompt.run('explain', 'CHECKOUT', '--user', '42', '--attr', 'age=18');

  expect(code).toBe(0);
  expect(out).toBe(
    [
      'CHECKOUT: CLASSIC',
      '  yes  {">=":[{"var":"age"},18]}',
      '  bucket 88 of 100, by the hash of "CHECKOUT42"',
      '    ONE_PAGE: 0 to 24, 25 %',
      '    CLASSIC: 25 to 99, 75 %  <- here',
      '  SPLIT: by bucket',
      '',
    ].join('\n'),
  );
});

test.each([
  // arguments                                         variant, reason
  [['CHECKOUT', '--attr', 'plan=pro'], 'CHECKOUT: ONE_PAGE', '  TARGETING_MATCH: by targeting'],
  [
    ['CHECKOUT', '--attr', 'age=7'],
    'CHECKOUT: CLASSIC',
    '  DEFAULT: no variant was selected, so it is the default variant CLASSIC',
  ],
  [['CHECKOUT', '--attr', 'age=18'], 'CHECKOUT: CLASSIC', '  no split: there is no user to split by; add --user <id>'],
  [['SEARCH', '--user', '1'], 'SEARCH: the default in code', '  DISABLED: switched off'],
  [
    ['BANNER', '--user', '1'],
    'BANNER: the code decides',
    '  DEFAULT: no variant was selected, and there is no default variant',
  ],
])('explain %j shows the variant and the reason', async (args, variant, reason) => {
  const { code, out } = await commandLine({ 'rules.json': CHECKOUT_RULES }).run('explain', ...args);

  expect(out.split('\n')).toEqual(expect.arrayContaining([variant, reason]));
  expect(code).toBe(0);
});

test('docs/rules.md shows the actual output of explain', async () => {
  const page = readFileSync('docs/rules.md', 'utf8');
  const [document = ''] = codeBlocks(page, 'json');
  const args = ['explain', 'CHECKOUT', '--user', '42', '--attr', 'country=DE'];

  const { out } = await commandLine({ 'rules.json': document }).run(...args);

  const shown = [`$ gatekeeper-flags ${args.join(' ')}`, ...out.trimEnd().split('\n')].map((line) => `    ${line}`);
  expect(page).toContain(shown.join('\n'));
});

test('explain --json prints the evaluation and each step', async () => {
  const prompt = commandLine({ 'other.json': CHECKOUT_RULES });

  const { out } = await prompt.run('explain', 'CHECKOUT', 'other.json', '--user=42', '--attr=age=18', '--json');

  expect(JSON.parse(out)).toEqual({
    ok: true,
    source: 'other.json',
    flag: 'CHECKOUT',
    user: '42',
    state: 'ENABLED',
    variant: 'CLASSIC',
    value: 'CLASSIC',
    reason: 'SPLIT',
    steps: [
      { kind: 'condition', logic: { '>=': [{ var: 'age' }, 18] }, holds: true },
      {
        kind: 'split',
        by: 'CHECKOUT42',
        bucket: 88,
        total: 100,
        shares: [
          { variant: 'ONE_PAGE', from: 0, to: 25, isHere: false },
          { variant: 'CLASSIC', from: 25, to: 100, isHere: true },
        ],
      },
    ],
  });
});

const LAUNCH_RULES = JSON.stringify({
  flags: {
    LAUNCH: {
      state: 'ENABLED',
      variants: { ON: 'ON', OFF: 'OFF' },
      defaultVariant: 'OFF',
      targeting: {
        if: [{ '>=': [{ var: '$flagd.timestamp' }, Date.parse('2027-01-01T00:00:00Z') / 1_000] }, 'ON', null],
      },
    },
  },
});

test.each([
  ['2027-01-01T00:00:00Z', 'LAUNCH: ON (simulated: at 2027-01-01T00:00:00Z)', '  yes  '],
  ['2027-01-01', 'LAUNCH: ON (simulated: at 2027-01-01T00:00:00Z)', '  yes  '],
  ['2026-12-31T23:59:59.999Z', 'LAUNCH: OFF (simulated: at 2026-12-31T23:59:59.999Z)', '  no   '],
])('explain --at %s evaluates at that time', async (at, result, condition) => {
  const { code, out } = await commandLine({ 'rules.json': LAUNCH_RULES }).run('explain', 'LAUNCH', '--at', at);

  const [first, second] = out.split('\n');
  expect(first).toBe(result);
  expect(second?.startsWith(condition)).toBe(true);
  expect(code).toBe(0);
});

test('explain --at --json says that the time is simulated', async () => {
  const prompt = commandLine({ 'rules.json': LAUNCH_RULES });

  const { out } = await prompt.run('explain', 'LAUNCH', '--at', '2027-01-01', '--json');

  expect(JSON.parse(out)).toMatchObject({ variant: 'ON', at: '2027-01-01T00:00:00Z', simulated: true });
});

test('the value of an attribute is JSON if it is valid, else a string', async () => {
  const rules = (value: unknown): string =>
    CHECKOUT_RULES.replace('"pro"', JSON.stringify(value)).replace('"=="', '"==="');
  const matches = async (attribute: string, value: unknown): Promise<boolean> => {
    const { out } = await commandLine({ 'rules.json': rules(value) }).run('explain', 'CHECKOUT', '--attr', attribute);
    return out.startsWith('CHECKOUT: ONE_PAGE');
  };

  expect(await matches('plan=pro', 'pro')).toBe(true);
  expect(await matches('plan=7', 7)).toBe(true);
  expect(await matches('plan="7"', '7')).toBe(true);
  expect(await matches('plan=true', true)).toBe(true);
  expect(await matches('plan=a=b', 'a=b')).toBe(true);
});

test.each([
  [['explain', 'GONE'], 1, 'rules.json has no flag "GONE"'],
  [['explain', 'CHEKOUT'], 1, 'rules.json has no flag "CHEKOUT"; did you mean "CHECKOUT"?'],
  [['explain', 'toString'], 1, 'rules.json has no flag "toString"'],
  [['explain', '\u001b[31m'], 1, 'rules.json has no flag "\\u001b[31m"\n'],
  [['explain', 'CHECKOUT', '--attr', 'targetingKey=7'], 2, '--attr cannot set targetingKey; use --user <id>'],
  [['explain', 'CHECKOUT', '--key', 'rules'], 2, 'add --redis <url>, or remove --key'],
  [['explain', 'CHECKOUT', '--at', 'tomorrow'], 2, '--at must be a time in UTC, like 2027-01-01T00:00:00Z, or a date'],
  [['explain', 'CHECKOUT', '--at', '2027-02-30'], 2, '--at must be a time in UTC'],
  [['explain', 'CHECKOUT', '--attr', 'pro'], 2, '--attr must be name=value; got "pro"'],
  [['explain', 'CHECKOUT', 'rules.json', '--redis', 'redis://h'], 2, 'expected either a file or --redis; got both'],
])('%j exits with %i and prints the error', async (args, expected, message) => {
  const { code, err } = await commandLine({ 'rules.json': CHECKOUT_RULES }).run(...args);

  expect(err).toContain(message);
  expect(code).toBe(expected);
});

test.each([
  // split by                        attribute     message
  [{ var: 'email' }, [], 'fractional needs a string to split by; the context has no "email"'],
  [{ var: ['email'] }, [], 'fractional needs a string to split by; the context has no "email"'],
  [{ var: 'seats' }, ['seats=42'], 'fractional needs a string to split by; "seats" is 42, which is not a string'],
  [{ var: 'staff' }, ['staff=true'], 'fractional needs a string to split by; "staff" is true, which is not a string'],
  [{ '+': [1, 2] }, [], 'fractional needs a string to split by; {"+":[1,2]} gives 3, which is not a string'],
])('explain says why %j cannot split users', async (by, attributes, message) => {
  const targeting = { fractional: [by, ['CLASSIC', 50], ['ONE_PAGE', 50]] };

  const { out } = await explained(targeting, ...attributes);

  expect(out).toContain(`no split: ${message}\n`);
});

test.each([
  // the split                                             message
  [
    [
      ['CLASSIC', 0],
      ['ONE_PAGE', 0],
    ],
    'its weights add up to 0',
  ],
  [[['CLASSIC', { var: 'share' }]], 'the weight of "CLASSIC" must be a number; got "half"'],
])('explain says what is wrong with the weights %j', async (fractional, message) => {
  const { out } = await explained({ fractional }, 'share=half');

  expect(out).toContain(`no split: ${message}\n`);
});

test('explain says that a split by the targeting key needs a user', async () => {
  const targeting = { fractional: [{ var: 'targetingKey' }, ['CLASSIC', 50], ['ONE_PAGE', 50]] };
  const flags = { CHECKOUT: { state: 'ENABLED', variants: { CLASSIC: 1, ONE_PAGE: 2 }, targeting } };

  const { out } = await commandLine({ 'rules.json': JSON.stringify({ flags }) }).run('explain', 'CHECKOUT');

  expect(out).toContain('no split: there is no user to split by; add --user <id>\n');
});

test('explain also traces a split or a condition inside a share', async () => {
  const inner = { fractional: [{ var: 'seats' }, ['CLASSIC', 50], ['ONE_PAGE', 50]] };

  const { out } = await explained({ fractional: [[{ if: [{ var: 'plan' }, inner, 'CLASSIC'] }, 100]] }, 'plan=pro');

  expect(out.split('\n').slice(1)).toEqual([
    '  bucket 88 of 100, by the hash of "CHECKOUT42"',
    '    the default: 0 to 99, 100 %  <- here',
    '  yes  {"var":"plan"}',
    '  no split: fractional needs a string to split by; the context has no "seats"',
    '  DEFAULT: no variant was selected, so it is the default variant CLASSIC',
    '',
  ]);
});

test('explain says what targeting returned instead of a variant, and why it failed', async () => {
  const unknown = await explained({ if: [{ var: 'plan' }, { cat: ['ONE', { var: 'plan' }] }] }, 'plan=\u202epro');
  const failed = await explained(
    { reduce: [{ var: 'n' }, { merge: [{ var: 'accumulator' }, { var: 'accumulator' }] }, [1]] },
    `n=${JSON.stringify(Array(30).fill(1))}`,
  );

  expect(unknown.out).toContain(
    'ERROR (GENERAL): its targeting must return one of the variants "CLASSIC", "ONE_PAGE"; got "ONE\\u202epro"\n',
  );
  expect(failed.out).toContain('ERROR (GENERAL): its targeting failed: its targeting takes too many steps');
});

/** Runs `explain` for user 42 and a flag with this targeting. */
function explained(targeting: object, ...attributes: readonly string[]) {
  const variants = { CLASSIC: 'CLASSIC', ONE_PAGE: 'ONE_PAGE' };
  const flags = { CHECKOUT: { state: 'ENABLED', variants, defaultVariant: 'CLASSIC', targeting } };
  const given = attributes.flatMap((attribute) => ['--attr', attribute]);
  return commandLine({ 'rules.json': JSON.stringify({ flags }) }).run('explain', 'CHECKOUT', '--user', '42', ...given);
}

test('the bucket that explain shows is the evaluated one, for every user and all weights', () => {
  const weights = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 });

  fc.assert(
    fc.property(fc.string({ minLength: 1 }), weights, (targetingKey, shares) => {
      const targeting = { fractional: shares.map((share, at) => [`V${at}`, share]) };
      const variants = Object.fromEntries(shares.map((_, at) => [`V${at}`, at]));
      const rules = compileRules({ flags: { F: { state: 'ENABLED', variants, defaultVariant: 'V0', targeting } } });
      const [step] = traceTargeting('F', targeting, { targetingKey, attributes: {} });
      const { variant, reason } = rules.evaluate('F', { targetingKey });

      if (step?.kind !== 'split') {
        expect([reason, Math.max(...shares)]).toEqual(['DEFAULT', 0]);
        return; // without a value, because fast-check reads the return value as the result
      }
      const inside = step.shares.find(({ from, to }) => step.bucket >= from && step.bucket < to);
      expect(inside).toEqual(expect.objectContaining({ variant, isHere: true }));
    }),
    { examples: [[' ', [0]]] },
  );
});
