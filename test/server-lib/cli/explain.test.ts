import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepsOf } from '../../../server-lib/cli/explanation.ts';
import { compileRules } from '../../../server-lib/rules/compile-rules.ts';
import { CHECKOUT_RULES } from '../../support/checkout-rules.ts';
import { promptWith } from '../../support/cli.ts';
import { codeBlocks } from '../../support/markdown.ts';

test('explain shows the conditions that were met, and the bucket that decides', async () => {
  const prompt = promptWith({ 'rules.json': CHECKOUT_RULES });

  const { code, out } = await prompt.type('explain', 'CHECKOUT', '--user', '42', '--attr', 'age=18');

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
  // asked                                             answered
  [['CHECKOUT', '--attr', 'plan=pro'], 'CHECKOUT: ONE_PAGE', '  TARGETING_MATCH: by its targeting'],
  [
    ['CHECKOUT', '--attr', 'age=7'],
    'CHECKOUT: CLASSIC',
    '  DEFAULT: nothing was chosen, so it is the default variant CLASSIC',
  ],
  [['CHECKOUT', '--attr', 'age=18'], 'CHECKOUT: CLASSIC', '  split for nobody: there is no user to split by'],
  [['SEARCH', '--user', '1'], 'SEARCH: the default of the code', '  DISABLED: switched off'],
  [
    ['BANNER', '--user', '1'],
    'BANNER: the code decides',
    '  DEFAULT: nothing was chosen, and there is no default variant',
  ],
])('explain %j says why', async (words, verdict, why) => {
  const { code, out } = await promptWith({ 'rules.json': CHECKOUT_RULES }).type('explain', ...words);

  expect(out.split('\n')).toEqual(expect.arrayContaining([verdict, why]));
  expect(code).toBe(0);
});

test('the documents show explain as it is', async () => {
  const page = readFileSync('docs/rules.md', 'utf8');
  const [document = ''] = codeBlocks(page, 'json');
  const words = ['explain', 'CHECKOUT', '--user', '42', '--attr', 'country=DE'];

  const { out } = await promptWith({ 'rules.json': document }).type(...words);

  const shown = [`$ gatekeeper-flags ${words.join(' ')}`, ...out.trimEnd().split('\n')].map((line) => `    ${line}`);
  expect(page).toContain(shown.join('\n'));
});

test('explain --json holds the answer and each step', async () => {
  const prompt = promptWith({ 'other.json': CHECKOUT_RULES });

  const { out } = await prompt.type('explain', 'CHECKOUT', 'other.json', '--user=42', '--attr=age=18', '--json');

  expect(JSON.parse(out)).toEqual({
    ok: true,
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

test('an attribute is JSON where it can be, else text', async () => {
  const rules = (value: unknown): string =>
    CHECKOUT_RULES.replace('"pro"', JSON.stringify(value)).replace('"=="', '"==="');
  const met = async (given: string, value: unknown): Promise<boolean> => {
    const { out } = await promptWith({ 'rules.json': rules(value) }).type('explain', 'CHECKOUT', '--attr', given);
    return out.startsWith('CHECKOUT: ONE_PAGE');
  };

  expect(await met('plan=pro', 'pro')).toBe(true);
  expect(await met('plan=7', 7)).toBe(true);
  expect(await met('plan="7"', '7')).toBe(true);
  expect(await met('plan=true', true)).toBe(true);
  expect(await met('plan=a=b', 'a=b')).toBe(true);
});

test.each([
  [['explain', 'GONE'], 1, 'rules.json has no flag "GONE"'],
  [['explain', 'toString'], 1, 'rules.json has no flag "toString"'],
  [['explain', 'CHECKOUT', '--attr', 'pro'], 2, '--attr is name=value, not "pro"'],
  [['explain', 'CHECKOUT', 'rules.json', '--redis', 'redis://h'], 2, 'leave one of the two out'],
])('typing %j ends with %i and says why', async (words, expected, said) => {
  const { code, err } = await promptWith({ 'rules.json': CHECKOUT_RULES }).type(...words);

  expect(err).toContain(said);
  expect(code).toBe(expected);
});

test('list shows every flag, what is off and what is targeted', async () => {
  const { code, out } = await promptWith({ 'rules.json': CHECKOUT_RULES }).type('list');

  expect(code).toBe(0);
  expect(out).toBe(
    [
      'CHECKOUT       CLASSIC             targeted by if  CLASSIC, ONE_PAGE',
      'SEARCH    off  EXACT               for all         EXACT, FUZZY',
      'BANNER         the code’s default  for all         ON, OFF',
      '',
    ].join('\n'),
  );
});

test('names from a document move no cursor', async () => {
  const rules = CHECKOUT_RULES.replace('"SEARCH"', '"\\u001b[2J\\u202ESEARCH"');

  const { out } = await promptWith({ 'rules.json': rules }).type('list');

  expect(out).toContain('\uFFFD[2J\uFFFDSEARCH');
});

test('the bucket that explain shows is the one that decides, for anybody and any weights', () => {
  const weights = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 });

  fc.assert(
    fc.property(fc.string({ minLength: 1 }), weights, (targetingKey, shares) => {
      const targeting = { fractional: shares.map((share, at) => [`V${at}`, share]) };
      const variants = Object.fromEntries(shares.map((_, at) => [`V${at}`, at]));
      const rules = compileRules({ flags: { F: { state: 'ENABLED', variants, defaultVariant: 'V0', targeting } } });
      const [step] = stepsOf('F', targeting, { targetingKey, attributes: {} });
      const { variant, reason } = rules.evaluate('F', { targetingKey });

      if (step?.kind !== 'split') {
        expect([reason, Math.max(...shares)]).toEqual(['DEFAULT', 0]);
        return; // not what expect() gives back: fast-check reads that as the verdict
      }
      const inside = step.shares.find(({ from, to }) => step.bucket >= from && step.bucket < to);
      expect(inside).toEqual(expect.objectContaining({ variant, isHere: true }));
    }),
    { examples: [[' ', [0]]] },
  );
});
