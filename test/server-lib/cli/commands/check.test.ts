import { expect, test } from 'vitest';
import { commandLine } from '../../../helpers/processes/command-line.ts';
import { CHECKOUT_RULES } from '../../../helpers/rules-documents.ts';

const FLAGS = `export const flags = {
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  BANNER: { variants: ['ON', 'OFF'], default: 'OFF' },
};`;

test('a good document is good, and good for the flags of the code', async () => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES, 'flags.mjs': FLAGS });

  expect(await prompt.run('check', 'rules.json')).toEqual({ code: 0, out: 'rules.json: 3 flags, good\n', err: '' });
  expect(await prompt.run('check', 'rules.json', '--flags', 'flags.mjs')).toMatchObject({ code: 0 });
});

test.each([
  // what is wrong       with the text                                          where
  ['no JSON', CHECKOUT_RULES.replace('"ENABLED",', '"ENABLED"'), 'rules.json:5:7: '],
  ['an unknown state', CHECKOUT_RULES.replace('"DISABLED"', '"OFF"'), 'rules.json:16:26: '],
  ['no flags', '{}', 'rules.json:1:1: '],
  ['an empty file', '', 'rules.json:1:1: '],
  ['a comment at the top', '// the flags\n{ "flags": {} }', 'rules.json:1:1: '],
  ['a comment at the top', '# the flags\n{ "flags": {} }', 'column 1: JSON has no comments; remove them'],
  ['a comment', '{ "flags": {} /* none */ }', 'column 15: JSON has no comments; remove them'],
  ['a string in single quotes', "{ 'flags': {} }", 'JSON strings need double quotes; replace the single quotes'],
  [
    'a comma too many',
    '{\n  "flags": {},\n}',
    'rules.json:3:1: The rules document is refused, line 3, column 1: remove the comma before this bracket',
  ],
  ['YAML', 'flags:\n  A: {}\n', 'it must be JSON, and looks like YAML; convert it with "npx js-yaml'],
])('%s is refused with file, line and column', async (_, text, where) => {
  const { code, out, err } = await commandLine({ 'rules.json': text }).run('check', 'rules.json');

  expect(err).toMatch(/^error rules\.json:\d+:\d+: The rules document is refused/);
  expect(err).toContain(where);
  expect({ code, out }).toEqual({ code: 1, out: '' });
});

test('flags and variants that the code does not know are named, with their places', async () => {
  const flags = FLAGS.replace("['ON', 'OFF'], default: 'OFF'", "['NEW', 'OF'], default: 'NEW'").replace(
    'SEARCH',
    'SERACH',
  );
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES, 'flags.mjs': flags });

  const { code, out } = await prompt.run('check', 'rules.json', '--flags', 'flags.mjs');

  expect(out.split('\n')).toEqual([
    '! rules.json:16:15: Flag "SEARCH": the code has no such flag; did you mean "SERACH"?',
    '! rules.json:17:57: Flag "BANNER": servers leave its rule out: the code has no variant "ON", only "NEW", "OF"; did you mean "OF"?',
    '! rules.json:17:70: Flag "BANNER": servers leave its rule out: the code has no variant "OFF", only "NEW", "OF"; did you mean "OF"?',
    'i rules.json: 1 flag of the code is not in the document: "SERACH"',
    'rules.json: 3 flags, 3 to look at',
    '',
  ]);
  expect(code).toBe(1);
});

test.each([
  // what is written                                                    instead of                           where  said
  [
    '["ONEPAGE", 25], ["CLASSIC", 75]',
    '["ONE_PAGE", 25], ["CLASSIC", 75]',
    '10:29',
    '"ONEPAGE" is not one of the variants "CLASSIC", "ONE_PAGE"; did you mean "ONE_PAGE"?',
  ],
  [
    '"ONE_PAEG"\n',
    '"ONE_PAGE"\n',
    '12:11',
    '"ONE_PAEG" is not one of the variants "CLASSIC", "ONE_PAGE"; did you mean "ONE_PAGE"?',
  ],
  [
    '["ONE_PAGE", 20], ["CLASSIC", 75]',
    '["ONE_PAGE", 25], ["CLASSIC", 75]',
    '10:27',
    'its weights add up to 95, not 100; weights are relative, so nobody is left over: "CLASSIC" gets 75 of 95, 78.95 % of the users',
  ],
  [
    '["ONE_PAGE", 10]] }',
    '["ONE_PAGE", 25], ["CLASSIC", 75]] }',
    '10:27',
    'its weights add up to 10, not 100; weights are relative, so nobody is left over: "ONE_PAGE" gets 10 of 10, 100 % of the users',
  ],
  [
    '["ONE_PAGE", 0], ["CLASSIC", 0]',
    '["ONE_PAGE", 25], ["CLASSIC", 75]',
    '10:27',
    'its weights add up to 0, so nobody gets any of its shares',
  ],
  [
    '"targetting": {',
    '"targeting": {',
    '7:21',
    'Flag "CHECKOUT" has an unknown key "targetting", which nobody reads; did you mean "targeting"?',
  ],
  [
    '"defaultVarient": null',
    '"defaultVariant": null',
    '17:97',
    'Flag "BANNER" has an unknown key "defaultVarient", which nobody reads; did you mean "defaultVariant"?',
  ],
  ['"fractionl":', '"fractional":', '10:11', 'there is no operator "fractionl"; did you mean "fractional"?'],
  [
    '{ "$evaluatrs": {}, "flags": {',
    '{\n  "flags": {',
    '1:17',
    'The document has an unknown key "$evaluatrs", which nobody reads; did you mean "$evaluators"?',
  ],
  ['{ "var": ["plan", "ONEPAGE"] }\n', '"ONE_PAGE"\n', '12:29', '"ONEPAGE" is not one of the variants'],
  [
    '{ "in": ["a", { "var": "plan" }] }\n',
    '"ONE_PAGE"\n',
    '12:11',
    'its targeting may come to true or false, which are not among the variants "CLASSIC", "ONE_PAGE"',
  ],
  ['7\n', '"ONE_PAGE"\n', '12:11', '7 is not one of the variants "CLASSIC", "ONE_PAGE"'],
])('%j instead of %j is something to look at', async (written, instead, where, said) => {
  const rules = CHECKOUT_RULES.replace(instead, written);
  const prompt = commandLine({ 'rules.json': rules });

  const [strict, allowed] = [
    await prompt.run('check', 'rules.json'),
    await prompt.run('check', 'rules.json', '--allow-warnings'),
  ];

  expect(rules).not.toBe(CHECKOUT_RULES);
  expect(strict.out).toContain(`! rules.json:${where}: `);
  expect(strict.out).toContain(said);
  expect([strict.code, allowed.code]).toEqual([1, 0]);
  expect(allowed.out).toBe(strict.out);
});

test.each([
  // what is written                                      instead of
  ['["ONE_PAGE", 1], ["CLASSIC", 1]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['["ONE_PAGE"], ["CLASSIC"]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['["ONE_PAGE", { "var": "share" }], ["CLASSIC", 75]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['{ "var": "email" }, ["ONE_PAGE", 25], ["CLASSIC", 75]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['{ "cat": ["ONE", "_PAGE"] }\n', '"ONE_PAGE"\n'],
  ['{ "var": "plan" }\n', '"ONE_PAGE"\n'],
  ['null\n', '"ONE_PAGE"\n'],
  ['"description": "Ours", "$comment": 1, "_note": [], "x-team": "web", "state": "DISABLED"', '"state": "DISABLED"'],
])('%j instead of %j is good', async (written, instead) => {
  const rules = CHECKOUT_RULES.replace(instead, written);

  const { code, out } = await commandLine({ 'rules.json': rules }).run('check', 'rules.json');

  expect(rules).not.toBe(CHECKOUT_RULES);
  expect({ code, out }).toEqual({ code: 0, out: 'rules.json: 3 flags, good\n' });
});

test('every place that the schema does not allow is said; servers that take the rest can be given it all the same', async () => {
  const rules = CHECKOUT_RULES.replace('"DISABLED"', '"OFF"').replace('"state": "ENABLED",\n', '"stat": "ENABLED",\n');
  const prompt = commandLine({ 'rules.json': rules });

  const [strict, allowed] = [
    await prompt.run('check', 'rules.json'),
    await prompt.run('check', 'rules.json', '--allow-warnings', '--json'),
  ];

  expect(strict).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(
      /^error rules\.json:3:17: The rules document is refused: flags\.CHECKOUT\.state must be .*; got undefined/,
    ),
  });
  expect(strict.err).toContain(
    '\nrules.json:16:26: The rules document is refused: flags.SEARCH.state must be "ENABLED" or "DISABLED"; got "OFF"',
  );
  const { ok, problems } = JSON.parse(allowed.out);
  expect({ code: allowed.code, ok }).toEqual({ code: 0, ok: true });
  expect(
    problems.map(({ severity, code, flag, line }: Record<string, unknown>) => [severity, code, flag, line]),
  ).toEqual([
    ['error', 'schema', 'CHECKOUT', 3],
    ['warning', 'unknown-key', 'CHECKOUT', 4],
    ['error', 'schema', 'SEARCH', 16],
  ]);
});

test('a document that servers refuse is refused with --allow-warnings too', async () => {
  const { code, err } = await commandLine({ 'rules.json': '[]' }).run('check', 'rules.json', '--allow-warnings');

  expect(err).toContain('rules.json:1:1: ');
  expect(code).toBe(1);
});

test('of thousands of problems a hundred are printed, and each of them is one short line', async () => {
  const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`key${at}`, 1]));
  const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on', targeting: keys };
  const flags = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`F${at}`, { ...flag, targeting: 'if' }]));
  const prompt = commandLine({ 'rules.json': JSON.stringify({ flags: { ...flags, LONG: flag } }) });

  const { out } = await prompt.run('check', 'rules.json', '--allow-warnings');

  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(102);
  expect(lines.at(-2)).toMatch(/^! … and \d+ more; --json lists them all$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000);
});

test('a rule that servers would leave out is something to look at', async () => {
  const rules = CHECKOUT_RULES.replace('{ "var": "age" }', '{ "$ref": "gone" }');

  const { code, out } = await commandLine({ 'rules.json': rules }).run('check', 'rules.json');

  expect(code).toBe(1);
  expect(out).toContain('! rules.json:9:20: flags.CHECKOUT.targeting.if.0.>=.0: there is no evaluator "gone"');
});

test.each([
  // typed                     exit code  said
  [['check'], 2, '<rules.json> is missing; see gatekeeper-flags check --help'],
  [['check', 'rules.json', '--jsno'], 2, `Unknown option '--jsno'; did you mean "--json"? See gatekeeper-flags check`],
  [['check', 'rules.json', '--hlep'], 2, `Unknown option '--hlep'; did you mean "--help"? See gatekeeper-flags check`],
  [['check', 'rules.json', '--json=true'], 2, "Option '--json' does not take an argument; see gatekeeper-flags check"],
  [['list', ''], 2, '[rules.json] is empty; see gatekeeper-flags list --help'],
  [
    ['list', 'rules.json', '--key', 'k'],
    2,
    '--key names a key in Redis, but the rules are read from a file: add --redis',
  ],
  [['check', 'a.json', 'b.json'], 2, '"b.json" is one word too many'],
  [['check', 'a.json', '--frob'], 2, "Unknown option '--frob'"],
  [['check', 'a.json', '--flag', 'f.mjs'], 2, 'Unknown option \'--flag\'; did you mean "--flags"?'],
  [['check', 'a.json', '--flags'], 2, "Option '--flags <value>' argument missing; see"],
  [['check', ''], 2, '<rules.json> is missing'],
  [['frob'], 2, '"frob" is not a command; there are check, push, log, rollback, explain, list'],
  [['chek', 'rules.json'], 2, '; did you mean "check"?'],
  [['help', 'frob'], 2, '"frob" is not a command'],
  [['check', '--', '--json'], 3, 'The file "--json" does not exist'],
  [['check', '--', '-h'], 3, 'The file "-h" does not exist'],
  [['check', 'gone.json'], 3, 'The file "gone.json" does not exist'],
  [['check', '.'], 3, 'The file "." is not a file'],
])('typing %j ends with %i and the way out', async (words, expected, said) => {
  const { code, out, err } = await commandLine().run(...words);

  expect(err).toContain(said);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

test('with --json everything, a failure too, is one document on the standard output', async () => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES, 'half.json': CHECKOUT_RULES.slice(0, 300) });

  const [good, half, missing] = [
    await prompt.run('check', 'rules.json', '--json'),
    await prompt.run('check', '--json', 'half.json'),
    await prompt.run('check', '--json'),
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
    const { code, out } = await commandLine().run(...words);

    expect(code).toBe(0);
    for (const name of ['check', 'push', 'log', 'rollback', 'explain', 'list']) expect(out).toContain(`\n  ${name} `);
    expect(out).toContain('Ends with 0 when all is well, 1 when rules are not good');
  },
);

test.each(['check', 'push', 'log', 'rollback', 'explain', 'list'])(
  '%s --help tells of each of its options',
  async (name) => {
    const { code, out } = await commandLine().run(name, '--help');

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^gatekeeper-flags ${name}`));
    expect(out).toContain('--json');
  },
);

test('a key that stands twice in one object is named, because only the last one is read', async () => {
  const flag = '"state": "ENABLED", "variants": { "ON": "ON" }, "defaultVariant": "ON"';
  const text = `{ "flags": {
    "A": { "state": "DISABLED", ${flag} },
    "B": { ${flag}, "targeting": { "if": [{ "==": [{ "var": "say \\"x\\", \\\\" }, "a"] }, "ON"] } },
    "B": { ${flag} }
  } }`;

  const { code, out } = await commandLine({ 'rules.json': text }).run('check', 'rules.json');

  expect(out.split('\n')).toEqual([
    '! rules.json:2:42: flags.A has the key "state" twice; only the last one is read',
    '! rules.json:4:10: flags has the key "B" twice; only the last one is read',
    'rules.json: 2 flags, 2 to look at',
    '',
  ]);
  expect(code).toBe(1);
});
