import { expect, test } from 'vitest';
import { CHECKOUT_RULES } from '../../support/checkout-rules.ts';
import { promptWith } from '../../support/cli.ts';

const FLAGS = `export const flags = {
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  BANNER: { variants: ['ON', 'OFF'], default: 'OFF' },
};`;

test('a good document is good, and good for the flags of the code', async () => {
  const prompt = promptWith({ 'rules.json': CHECKOUT_RULES, 'flags.mjs': FLAGS });

  expect(await prompt.type('check', 'rules.json')).toEqual({ code: 0, out: 'rules.json: 3 flags, good\n', err: '' });
  expect(await prompt.type('check', 'rules.json', '--flags', 'flags.mjs')).toMatchObject({ code: 0 });
});

test.each([
  // what is wrong       with the text                                          where
  ['no JSON', CHECKOUT_RULES.replace('"ENABLED",', '"ENABLED"'), 'rules.json:5:7: '],
  ['an unknown state', CHECKOUT_RULES.replace('"DISABLED"', '"OFF"'), 'rules.json:16:26: '],
  ['no flags', '{}', 'rules.json:1:1: '],
  ['an empty file', '', 'rules.json:1:1: '],
])('%s is refused with file, line and column', async (_, text, where) => {
  const { code, out, err } = await promptWith({ 'rules.json': text }).type('check', 'rules.json');

  expect(err).toMatch(/^error rules\.json:\d+:\d+: The rules document is refused/);
  expect(err).toContain(where);
  expect({ code, out }).toEqual({ code: 1, out: '' });
});

test('flags and variants that the code does not know are named', async () => {
  const flags = FLAGS.replace("['ON', 'OFF'], default: 'OFF'", "['NEW'], default: 'NEW'").replace('SEARCH', 'FIND');
  const prompt = promptWith({ 'rules.json': CHECKOUT_RULES, 'flags.mjs': flags });

  const { code, out } = await prompt.type('check', 'rules.json', '--flags', 'flags.mjs');

  expect(code).toBe(1);
  expect(out).toBe(
    [
      '! Flag "SEARCH": the code has no such flag',
      '! Flag BANNER: its rule is left out: "ON" is not one of NEW',
      'rules.json: 3 flags, 2 to look at',
      '',
    ].join('\n'),
  );
});

test('a rule that servers would leave out is something to look at', async () => {
  const rules = CHECKOUT_RULES.replace('{ "var": "age" }', '{ "$ref": "gone" }');

  const { code, out } = await promptWith({ 'rules.json': rules }).type('check', 'rules.json');

  expect(code).toBe(1);
  expect(out).toContain('! Flag "CHECKOUT": its rule is left out');
});

test.each([
  // typed                     exit code  said
  [['check'], 2, '<rules.json> is missing; see gatekeeper-flags check --help'],
  [['check', 'a.json', 'b.json'], 2, '"b.json" is one word too many'],
  [['check', 'a.json', '--frob'], 2, "Unknown option '--frob'"],
  [['check', 'a.json', '--flag', 'f.mjs'], 2, 'Unknown option \'--flag\'; did you mean "--flags"?'],
  [['check', 'a.json', '--flags'], 2, "Option '--flags <value>' argument missing; see"],
  [['check', ''], 2, '<rules.json> is missing'],
  [['frob'], 2, '"frob" is not a command; there are check, push, log, rollback, explain, list'],
  [['chek', 'rules.json'], 2, 'explain, list; did you mean "check"?'],
  [['help', 'frob'], 2, '"frob" is not a command'],
  [['check', '--', '--json'], 3, 'The file "--json" does not exist'],
  [['check', '--', '-h'], 3, 'The file "-h" does not exist'],
  [['check', 'gone.json'], 3, 'The file "gone.json" does not exist'],
  [['check', '.'], 3, 'The file "." is not a file'],
])('typing %j ends with %i and the way out', async (words, expected, said) => {
  const { code, out, err } = await promptWith().type(...words);

  expect(err).toContain(said);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

test('with --json everything, a failure too, is one document on the standard output', async () => {
  const prompt = promptWith({ 'rules.json': CHECKOUT_RULES, 'half.json': CHECKOUT_RULES.slice(0, 300) });

  const [good, half, missing] = [
    await prompt.type('check', 'rules.json', '--json'),
    await prompt.type('check', '--json', 'half.json'),
    await prompt.type('check', '--json'),
  ];

  expect(JSON.parse(good.out)).toEqual({ ok: true, file: 'rules.json', flags: 3, problems: [] });
  expect(JSON.parse(half.out)).toMatchObject({
    ok: false,
    exitCode: 1,
    file: 'half.json',
    code: 'ERR_GK_RULES_JSON',
    line: 10,
  });
  expect(JSON.parse(missing.out)).toMatchObject({ ok: false, exitCode: 2 });
  expect([good.err, half.err, missing.err].join('')).toBe('');
});

test.each([[[]], [['--help']], [['help']]])(
  'typing %j lists the commands and what the exit codes mean',
  async (words) => {
    const { code, out } = await promptWith().type(...words);

    expect(code).toBe(0);
    for (const name of ['check', 'push', 'log', 'rollback', 'explain', 'list']) expect(out).toContain(`\n  ${name} `);
    expect(out).toContain('Ends with 0 when all is well, 1 when rules are not good');
  },
);

test.each(['check', 'push', 'log', 'rollback', 'explain', 'list'])(
  '%s --help tells of each of its options',
  async (name) => {
    const { code, out } = await promptWith().type(name, '--help');

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^gatekeeper-flags ${name}`));
    expect(out).toContain('--json');
  },
);
