import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../../../helpers/processes/command-line.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';
import { CHECKOUT_RULES } from '../../../helpers/rules-documents.ts';

const FLAGS = `export const flags = {
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  BANNER: { variants: ['ON', 'OFF'], default: 'OFF' },
};`;

test('a document without problems is good, also with --flags', async () => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES, 'flags.mjs': FLAGS });

  expect(await prompt.run('check', 'rules.json')).toEqual({ code: 0, out: 'rules.json: 3 flags, good\n', err: '' });
  expect(await prompt.run('check', 'rules.json', '--flags', 'flags.mjs')).toMatchObject({ code: 0 });
});

test.each([
  // what is wrong       text                                                   part of the message
  ['a missing comma', CHECKOUT_RULES.replace('"ENABLED",', '"ENABLED"'), 'rules.json:5:7: '],
  ['an unknown state', CHECKOUT_RULES.replace('"DISABLED"', '"OFF"'), 'rules.json:16:26: '],
  ['no flags', '{}', 'rules.json:1:1: '],
  ['an empty file', '', 'rules.json:1:1: '],
  ['a comment at the top', '// the flags\n{ "flags": {} }', 'rules.json:1:1: '],
  ['a comment at the top', '# the flags\n{ "flags": {} }', 'column 1: JSON has no comments; remove them'],
  ['a comment', '{ "flags": {} /* none */ }', 'column 15: JSON has no comments; remove them'],
  ['a string in single quotes', "{ 'flags': {} }", 'JSON strings need double quotes; replace the single quotes'],
  [
    'a trailing comma',
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

test('flags and variants that the code does not have are reported with their positions', async () => {
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
    'rules.json: 3 flags, 3 problems',
    '',
  ]);
  expect(code).toBe(1);
});

test.each([
  // text                                                               instead of                           where  message
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
    'its weights add up to 95, not 100; weights are relative: "CLASSIC" gets 75 of 95, 78.95 % of the users',
  ],
  [
    '["ONE_PAGE", 10]] }',
    '["ONE_PAGE", 25], ["CLASSIC", 75]] }',
    '10:27',
    'its weights add up to 10, not 100; weights are relative: "ONE_PAGE" gets 10 of 10, 100 % of the users',
  ],
  [
    '["ONE_PAGE", 0], ["CLASSIC", 0]',
    '["ONE_PAGE", 25], ["CLASSIC", 75]',
    '10:27',
    'its weights add up to 0, so it selects no variant',
  ],
  [
    '"targetting": {',
    '"targeting": {',
    '7:21',
    'Flag "CHECKOUT" has an unknown key "targetting", which is ignored; did you mean "targeting"?',
  ],
  [
    '"defaultVarient": null',
    '"defaultVariant": null',
    '17:97',
    'Flag "BANNER" has an unknown key "defaultVarient", which is ignored; did you mean "defaultVariant"?',
  ],
  ['"fractionl":', '"fractional":', '10:11', 'there is no operator "fractionl"; did you mean "fractional"?'],
  [
    '{ "$evaluatrs": {}, "flags": {',
    '{\n  "flags": {',
    '1:17',
    'The document has an unknown key "$evaluatrs", which is ignored; did you mean "$evaluators"?',
  ],
  ['{ "var": ["plan", "ONEPAGE"] }\n', '"ONE_PAGE"\n', '12:29', '"ONEPAGE" is not one of the variants'],
  [
    '{ "in": ["a", { "var": "plan" }] }\n',
    '"ONE_PAGE"\n',
    '12:11',
    'its targeting may return true or false, which are not among the variants "CLASSIC", "ONE_PAGE"',
  ],
  ['7\n', '"ONE_PAGE"\n', '12:11', '7 is not one of the variants "CLASSIC", "ONE_PAGE"'],
])('%j instead of %j is a problem', async (text, original, where, message) => {
  const rules = CHECKOUT_RULES.replace(original, text);
  const prompt = commandLine({ 'rules.json': rules });

  const [strict, allowed] = [
    await prompt.run('check', 'rules.json'),
    await prompt.run('check', 'rules.json', '--allow-warnings'),
  ];

  expect(rules).not.toBe(CHECKOUT_RULES);
  expect(strict.out).toContain(`! rules.json:${where}: `);
  expect(strict.out).toContain(message);
  expect([strict.code, allowed.code]).toEqual([1, 0]);
  expect(allowed.out).toBe(strict.out);
});

test.each([
  // text                                                 instead of
  ['["ONE_PAGE", 1], ["CLASSIC", 1]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['["ONE_PAGE"], ["CLASSIC"]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['["ONE_PAGE", { "var": "share" }], ["CLASSIC", 75]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['{ "var": "email" }, ["ONE_PAGE", 25], ["CLASSIC", 75]', '["ONE_PAGE", 25], ["CLASSIC", 75]'],
  ['{ "cat": ["ONE", "_PAGE"] }\n', '"ONE_PAGE"\n'],
  ['{ "var": "plan" }\n', '"ONE_PAGE"\n'],
  ['null\n', '"ONE_PAGE"\n'],
  ['"description": "Ours", "$comment": 1, "_note": [], "x-team": "web", "state": "DISABLED"', '"state": "DISABLED"'],
])('%j instead of %j is good', async (text, original) => {
  const rules = CHECKOUT_RULES.replace(original, text);

  const { code, out } = await commandLine({ 'rules.json': rules }).run('check', 'rules.json');

  expect(rules).not.toBe(CHECKOUT_RULES);
  expect({ code, out }).toEqual({ code: 0, out: 'rules.json: 3 flags, good\n' });
});

test('all violations of the schema are reported; --allow-warnings accepts them if servers do', async () => {
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

test('of thousands of problems a hundred are printed, one short line each', async () => {
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

test('a rule that servers would leave out is a problem', async () => {
  const rules = CHECKOUT_RULES.replace('{ "var": "age" }', '{ "$ref": "gone" }');

  const { code, out } = await commandLine({ 'rules.json': rules }).run('check', 'rules.json');

  expect(code).toBe(1);
  expect(out).toContain('! rules.json:9:20: flags.CHECKOUT.targeting.if.0.>=.0: there is no evaluator "gone"');
});

test.each([
  // arguments                 exit code  message
  [['check'], 2, '<rules.json> is missing; see gatekeeper-flags check --help'],
  [['check', 'rules.json', '--jsno'], 2, `Unknown option '--jsno'; did you mean "--json"? See gatekeeper-flags check`],
  [['check', 'rules.json', '--hlep'], 2, `Unknown option '--hlep'; did you mean "--help"? See gatekeeper-flags check`],
  [['check', 'rules.json', '--json=true'], 2, "Option '--json' does not take an argument; see gatekeeper-flags check"],
  [['list', ''], 2, '[rules.json] is empty; see gatekeeper-flags list --help'],
  [
    ['list', 'rules.json', '--key', 'k'],
    2,
    '--key needs --redis, and the rules are read from a file; add --redis <url>, or remove --key',
  ],
  [['list', 'a.json', 'b.json'], 2, 'unexpected argument "b.json"'],
  [['list', 'a.json', ''], 2, 'unexpected argument ""'],
  [['check', 'a.json', 'b.json', ''], 2, '[rules.json...] is empty; see gatekeeper-flags check --help'],
  [['check', '--expired'], 2, '--expired needs --flags <module>, which has the dates'],
  [['check', 'rules.json', '--at', '2027-01-01'], 2, '--at needs --expired; add it, or remove --at'],
  [['check', '--expired', '--flags', 'f.mjs', '--at', 'soon'], 2, '--at must be a time in UTC'],
  [['check', 'a.json', '--frob'], 2, "Unknown option '--frob'"],
  [['check', 'a.json', '--flag', 'f.mjs'], 2, 'Unknown option \'--flag\'; did you mean "--flags"?'],
  [['check', 'a.json', '--flags'], 2, "Option '--flags <value>' argument missing; see"],
  [['check', ''], 2, '[rules.json...] is empty'],
  [
    ['frob'],
    2,
    'the command must be one of check, push, log, rollback, explain, list, impact, unused, conform, extension, browse, completion; got "frob"',
  ],
  [['chek', 'rules.json'], 2, '; did you mean "check"?'],
  [['help', 'frob'], 2, 'the command must be one of'],
  [['check', '--', '--json'], 3, 'The file "--json" does not exist'],
  [['check', '--', '-h'], 3, 'The file "-h" does not exist'],
  [['check', 'gone.json'], 3, 'The file "gone.json" does not exist'],
  [['check', '.'], 3, 'The file "." is not a file'],
])('%j exits with %i and prints the error', async (args, expected, message) => {
  const { code, out, err } = await commandLine().run(...args);

  expect(err).toContain(message);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

test('with --json the output is one document on standard output, also on failure', async () => {
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

test.each([[[]], [['--help']], [['help']]])('%j lists the commands and the exit codes', async (args) => {
  const { code, out } = await commandLine().run(...args);

  expect(code).toBe(0);
  for (const name of ['check', 'browse']) expect(out).toContain(`\n  ${name} `);
  expect(out).toContain('Exit codes: 0 on success, 1 for mistakes in the rules, the flags or the back end');
});

test('each command has a --help with its options', async () => {
  const { out: help } = await commandLine().run('--help');
  const names = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name as string);

  expect(names).toContain('browse');
  for (const name of names) {
    const { code, out } = await commandLine().run(name, '--help');

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^gatekeeper-flags ${name}`));
    expect(out).toContain('--json');
    expect(out.match(/^[A-Z ]+$/gm)).toEqual(['DESCRIPTION', 'OPTIONS', 'EXAMPLES', 'EXIT CODES']);
    expect(out).toMatch(new RegExp(`EXAMPLES\n {2}gatekeeper-flags ${name}`));
    const [, ...lines] = out.split('\n');
    expect(lines.filter((line) => line.length > 100 && line.trim().includes(' '))).toEqual([]);
  }
});

test('docs/rules.md has a row for each command', async () => {
  const { out } = await commandLine().run('--help');
  const commands = [...out.matchAll(/^ {2}([a-z]+(?: [<[].*?[>\]])*) {2}/gm)].map(([, command]) => command);
  const [, table] = readFileSync(path.join(ROOT, 'docs/rules.md'), 'utf8').split('## The command line');

  const rows = [...(table as string).matchAll(/^\| `([^`]+)`/gm)].map(([, command]) => command);

  expect(rows).toEqual(commands);
});

test('a key that occurs twice in one object is reported, because only the last one is read', async () => {
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
    'rules.json: 2 flags, 2 problems',
    '',
  ]);
  expect(code).toBe(1);
});

test('values of another type than in the code are reported with their positions', async () => {
  const rules = `{
  "$evaluators": { "ten": { "a": 10 } },
  "flags": {
    "LIMIT": {
      "state": "ENABLED",
      "variants": { "LOW": "10", "HIGH": 150, "NONE": null }
    },
    "PAGE": { "state": "ENABLED", "variants": { "A": { "$ref": "ten" }, "B": [1] } },
    "PLAIN": { "state": "ENABLED", "variants": { "ON": true, "OFF": false } }
  }
}`;
  const flags = `export const flags = {
    LIMIT: { variants: ['LOW', 'HIGH', 'NONE'], values: { LOW: 10, HIGH: 100, NONE: 0 }, default: 'LOW' },
    PAGE: { variants: ['A', 'B'], values: { A: {}, B: {} }, default: 'A' },
    PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' },
  };`;
  const prompt = commandLine({ 'rules.json': rules, 'flags.mjs': flags });

  const { code, out } = await prompt.run('check', 'rules.json', '--flags', 'flags.mjs', '--allow-warnings', '--json');
  const values = JSON.parse(out).problems.filter((problem: { code: string }) => problem.code === 'value-type');

  expect(code).toBe(0);
  expect(values).toEqual([
    {
      severity: 'warning',
      code: 'value-type',
      flag: 'LIMIT',
      message: 'Flag "LIMIT": the value of LOW must be a number, as in the code; got "10"',
      line: 6,
      column: 28,
    },
    {
      severity: 'warning',
      code: 'value-type',
      flag: 'LIMIT',
      message: 'Flag "LIMIT": the value of NONE must be a number, as in the code; got null',
      line: 6,
      column: 55,
    },
    {
      severity: 'warning',
      code: 'value-type',
      flag: 'PAGE',
      message: 'Flag "PAGE": the value of B must be an object, as in the code; got [1]',
      line: 8,
      column: 78,
    },
  ]);
  expect((await prompt.run('check', 'rules.json')).out).not.toContain('as in the code');
});

test('a value of another type fails the check, with file, line and column', async () => {
  const rules = '{ "flags": { "LIMIT": { "state": "ENABLED", "variants": { "LOW": true, "HIGH": false } } } }';
  const flags =
    "export const flags = { LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 1, HIGH: 2 }, default: 'LOW' } };";
  const prompt = commandLine({ 'rules.json': rules, 'flags.mjs': flags });

  const { code, out } = await prompt.run('check', 'rules.json', '--flags', 'flags.mjs');

  expect(code).toBe(1);
  expect(out.split('\n')[0]).toBe(
    '! rules.json:1:66: Flag "LIMIT": the value of LOW must be a number, as in the code; got true',
  );
});

test('several files are checked, and a file that is refused does not hide the others', async () => {
  const prompt = commandLine({
    'good.json': CHECKOUT_RULES,
    'half.json': CHECKOUT_RULES.slice(0, 300),
    'weights.json': CHECKOUT_RULES.replace('["CLASSIC", 75]', '["CLASSIC", 70]'),
    'flags.mjs': FLAGS,
  });

  const all = await prompt.run('check', 'half.json', 'good.json', 'weights.json', 'gone.json', '--flags', 'flags.mjs');
  const good = await prompt.run('check', 'good.json', 'good.json');
  const json = await prompt.run('check', 'half.json', 'good.json', 'weights.json', '--json');

  expect(all.out.split('\n')).toEqual([
    expect.stringMatching(/^error half\.json:10:\d+: The rules document is refused, line 10/),
    'good.json: 3 flags, good',
    expect.stringMatching(/^! weights\.json:10:\d+: Flag "CHECKOUT": its weights add up to 95, not 100/),
    'weights.json: 3 flags, 1 problem',
    'error The file "gone.json" does not exist',
    '',
  ]);
  expect({ code: all.code, err: all.err }).toEqual({ code: 3, err: '' });
  expect(good).toEqual({ code: 0, out: 'good.json: 3 flags, good\n'.repeat(2), err: '' });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    ok: false,
    files: [
      { ok: false, file: 'half.json', exitCode: 1, code: 'ERR_GK_RULES_JSON', line: 10 },
      { ok: true, file: 'good.json', flags: 3, problems: [] },
      { ok: false, file: 'weights.json', flags: 3, problems: [{ code: 'weights' }] },
    ],
  });
});

test.each([
  // file                 text                              the command that converts it
  ['rules.yaml', 'flags:\n  A: {}\n', 'npx js-yaml rules.yaml > rules.json'],
  ['conf/my rules.yml', '{ flags: {} }', "npx js-yaml 'conf/my rules.yml' > 'conf/my rules.json'"],
])('%s is answered with the command that converts it', async (file, text, command) => {
  const { code, err } = await commandLine({ [file]: text }).run('check', file);

  expect(err).toContain(`: The rules document is refused: it must be JSON; convert it with: ${command}\n`);
  expect(code).toBe(1);
});

const EXPIRING = `export const flags = {
  PAST: { variants: ['A', 'B'], default: 'A', expiresAt: '2026-10-31', owner: 'search-team', url: 'https://example.com/7' },
  LAST_DAY: { variants: ['A', 'B'], default: 'A', expiresAt: '2026-12-01T09:00:00Z' },
  FUTURE: { variants: ['A', 'B'], default: 'A', expiresAt: '2999-01-01' },
  NEVER: { variants: ['A', 'B'], default: 'A', owner: 'web-team' },
};`;

test('check --expired reports the flags whose expiresAt is past, with their owner', async () => {
  const prompt = commandLine({ 'flags.mjs': EXPIRING, 'rules.json': '{ "flags": {} }' });
  const args = ['check', '--expired', '--flags', 'flags.mjs'];

  const [on, after, json, withFile, allowed] = [
    await prompt.run(...args, '--at', '2026-12-01'),
    await prompt.run(...args, '--at', '2026-12-02'),
    await prompt.run(...args, '--at', '2026-12-01', '--json'),
    await prompt.run(...args, '--at', '2026-10-31', 'rules.json'),
    await prompt.run(...args, '--allow-warnings'),
  ];

  const past =
    '! flags.mjs: Flag PAST has expired on 2026-10-31 (owner: search-team, https://example.com/7); remove it from the code, or set a later expiresAt';
  expect(on).toEqual({ code: 1, out: `${past}\nflags.mjs: 4 flags, 1 problem\n`, err: '' });
  expect(after.out).toContain('! flags.mjs: Flag LAST_DAY has expired on 2026-12-01; remove it');
  expect(JSON.parse(json.out)).toEqual({
    ok: false,
    expired: [
      { flag: 'PAST', expiresAt: '2026-10-31', isDate: true, owner: 'search-team', url: 'https://example.com/7' },
    ],
  });
  expect(withFile).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^i rules\.json.*\nrules\.json: 0 flags, good\nflags\.mjs: 4 flags, good\n$/),
  });
  expect(allowed).toMatchObject({ code: 0, out: expect.stringContaining(past) });
});

test.each(['soon', '2026-13-45', '31.10.2026'])('an expiresAt %j is a problem for check --expired', async (date) => {
  const prompt = commandLine({ 'flags.mjs': EXPIRING.replace('2026-10-31', date) });

  const { code, out } = await prompt.run('check', '--expired', '--flags', 'flags.mjs', '--at', '2026-11-01');

  expect(out).toContain(`! flags.mjs: Flag PAST: expiresAt must be a date such as 2027-03-01; got "${date}"`);
  expect(code).toBe(1);
});
