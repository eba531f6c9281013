import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, cpuSeconds, WITH_CPU_TIME } from '../../../helpers/processes/command-line.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';
import { IS_DEEP } from '../../../helpers/vitest/depth.ts';
import { NOT_USES, OTHER_NAMES, SPELLINGS } from '../unused/spellings.ts';

function definitions(names: readonly string[]): string {
  const flags = names.map((name) => `  '${name}': { variants: ['ON', 'OFF'], default: 'OFF' },\n`);
  return `export const flags = {\n${flags.join('')}};\n`;
}

/** A folder with one flag and one file for each text. */
function numbered(texts: readonly (readonly [file: string, text: string])[], name: (at: number) => string) {
  const files = texts.map(([file, text], at) => {
    const folder = path.dirname(file);
    const numberedFile = path.join(folder, `${at}-${path.basename(file)}`);
    const parts = { ENDING_NAME: name(at).slice(5), PREFIX_: name(at).slice(0, -5), NAME: name(at) };
    return [numberedFile, text.replace(/ENDING_NAME|PREFIX_|NAME/g, (part) => parts[part as keyof typeof parts])];
  });
  return Object.fromEntries(files);
}

test.each([
  // names of flags
  ['FLAG_%_NAME'],
  ['flag-%.new-page'],
])('a flag named %s is used, however code and templates spell it', async (pattern) => {
  const name = (at: number) => pattern.replace('%', String(1_000 + at));
  const names = SPELLINGS.map((_, at) => name(at));
  // A name with dots is no identifier.
  const spelled = SPELLINGS.map(([file, text]): readonly [string, string] => [
    file,
    pattern.includes('.') && /[{.\s]NAME\b/.test(text) && !/["'`]NAME/.test(text) ? "gk.ff('NAME')" : text,
  ]);
  const prompt = commandLine({ 'flags.mjs': definitions(names), ...numbered(spelled, name) });

  const { code, out } = await prompt.run('unused', '--flags', 'flags.mjs', '--json');

  const report = JSON.parse(out);
  expect(report.unused.map((flag: string) => SPELLINGS[names.indexOf(flag)])).toEqual([]);
  expect(report.flags.filter(({ count }: { count: number }) => count !== 1)).toEqual([]);
  expect({ code, ok: report.ok, files: report.files }).toEqual({ code: 0, ok: true, files: SPELLINGS.length + 1 });
});

test('a name in a comment, a test, a document or build output is told apart from a use', async () => {
  const name = (at: number) => `FLAG_${1_000 + at}`;
  const prompt = commandLine({
    'flags.mjs': definitions(NOT_USES.map((_, at) => name(at))),
    ...Object.fromEntries(
      NOT_USES.map(([file, text], at) => [path.join(String(at), file), text.replaceAll('NAME', name(at))]),
    ),
    // A package, so that its folder `dist` is build output.
    ...Object.fromEntries(NOT_USES.map((_, at) => [`${at}/package.json`, '{}'])),
  });

  const { code, out } = await prompt.run('unused', '--flags', 'flags.mjs');

  const lines = out.trimEnd().split('\n');
  for (const [at, [file, , where]] of NOT_USES.entries()) {
    expect(lines[at]).toContain(
      `! flags.mjs:${at + 2}:4: Flag "${name(at)}" is not used; its name is only in ${where} (${at}/${file}:`,
    );
  }
  expect(lines.at(-1)).toMatch(new RegExp(`^\\.: ${NOT_USES.length} flags in \\d+ files, ${NOT_USES.length} unused$`));
  expect(code).toBe(1);
});

test.each(OTHER_NAMES)('%j does not use the flag NAME', async (text) => {
  const prompt = commandLine({ 'flags.mjs': definitions(['NAME']), 'page.js': text });

  const { code, out } = await prompt.run('unused', '--flags', 'flags.mjs');

  expect(out).toBe('! flags.mjs:2:4: Flag "NAME" is not used\n.: 1 flag in 2 files, 1 unused\n');
  expect(code).toBe(1);
});

test('of two flags whose names begin alike, the longer one is used where it stands', async () => {
  const names = ['page', 'page.new', 'page.new-list'];
  const prompt = commandLine({ 'flags.mjs': definitions(names), 'page.js': "gk.ff('page.new-list', 'ON')" });

  const { out } = await prompt.run('unused', '--flags', 'flags.mjs', '--json');

  expect(JSON.parse(out).unused).toEqual(['page', 'page.new']);
});

test('every place of a use is listed, and each flag with the first three', async () => {
  const prompt = commandLine({
    'flags.mjs': definitions(['A', 'B']),
    'src/page.ts': "gk.ff('A', 'ON');\n  gk.ff('A', 'ON');\n// A\n",
    'views/page.njk': "{{ gk.ff('A', 'ON') }}{{ gk.ff('A', 'OFF') }}",
    'views/list.njk': "{{ gk.ff('B', 'ON') }}",
  });

  const [text, json] = [
    await prompt.run('unused', '--flags', 'flags.mjs'),
    await prompt.run('unused', '--flags', 'flags.mjs', '--json'),
  ];

  expect(text).toEqual({
    code: 0,
    out: [
      '  A  src/page.ts:1, src/page.ts:2, views/page.njk:1 and 1 more',
      '  B  views/list.njk:1',
      '.: 2 flags in 4 files, all used',
      '',
    ].join('\n'),
    err: '',
  });
  expect(JSON.parse(json.out)).toMatchObject({
    ok: true,
    folder: '.',
    files: 4,
    unread: [],
    unused: [],
    flags: [
      {
        flag: 'A',
        used: true,
        definition: { file: 'flags.mjs', line: 2, column: 4 },
        count: 5,
        places: [
          { file: 'src/page.ts', line: 1, column: 8, kind: 'code' },
          { file: 'src/page.ts', line: 2, column: 10, kind: 'code' },
          { file: 'views/page.njk', line: 1, column: 11, kind: 'code' },
          { file: 'views/page.njk', line: 1, column: 33, kind: 'code' },
          { file: 'src/page.ts', line: 3, column: 4, kind: 'comment' },
        ],
      },
      { flag: 'B', used: true, count: 1 },
    ],
  });
});

test.each([
  // the module with the flags
  ["export const flags = { A: { variants: ['X', 'Y'], default: 'X' } };"],
  [
    "export const flags = {\n  // the 'first' flag\n  A: on('the page {'),\n};\nfunction on(description) { return { description, variants: ['X', 'Y'], default: 'X' }; }",
  ],
  ["const A = { description: \"don't {\", variants: ['X', 'Y'], default: 'X' };\nexport const flags = { A };"],
  ["module.exports = { flags: { 'A': { default: 'X', 'variants': ['X', 'Y'] } } };"],
  ["export const flags = { ['A']: { values: { X: { a: [1] }, Y: {} }, variants: ['X', 'Y'], default: 'X', }, };"],
])('%j defines a flag and does not use it', async (text) => {
  const prompt = commandLine({
    'flags.js': text,
    'package.json': text.includes('export ') ? '{ "type": "module" }' : '{}',
  });

  const { out } = await prompt.run('unused', '--flags', 'flags.js', '--json');

  expect(JSON.parse(out)).toMatchObject({ unused: ['A'], flags: [{ definition: { file: 'flags.js' }, count: 0 }] });
});

test('a module that defines flags may use them, and flags may be defined in several modules', async () => {
  const prompt = commandLine({
    'flags.mjs': `import { more } from './more.mjs';
      export const flags = {
        A: { variants: ['X', 'Y'], default: 'X', decide: ({ gk }) => (gk.ff('B', 'X') ? 'Y' : 'X') },
        B: { variants: ['X', 'Y'], default: 'X' },
        ...more,
      };`,
    'more.mjs': "export const more = { C: { variants: ['X', 'Y'], default: 'X' } };",
  });

  const { out } = await prompt.run('unused', '--flags', 'flags.mjs');

  expect(out.split('\n').slice(0, 3)).toEqual([
    '! flags.mjs:3:9: Flag "A" is not used',
    '! more.mjs:1:23: Flag "C" is not used',
    '  B  flags.mjs:3',
  ]);
});

test('what .gitignore excludes, and what tools write, is not read', async () => {
  const use = "gk.ff('A', 'ON')";
  const files = [
    'node_modules/a/index.js',
    'generated/a.js',
    'src/deep/generated/a.js',
    'src/a.local.js',
    '.next/a.js',
  ];
  const prompt = commandLine({
    'flags.mjs': definitions(['A']),
    '.gitignore': 'generated/\n*.local.js\n!important.local.js\n',
    ...Object.fromEntries(files.map((file) => [file, use])),
  });

  const before = await prompt.run('unused', '--flags', 'flags.mjs', '--json');
  writeFileSync(path.join(prompt.folder, 'src/important.local.js'), use);
  const after = await prompt.run('unused', '--flags', 'flags.mjs', '--json');

  expect(JSON.parse(before.out)).toMatchObject({ unused: ['A'], flags: [{ count: 0 }] });
  expect(JSON.parse(after.out)).toMatchObject({
    unused: [],
    flags: [{ places: [{ file: 'src/important.local.js' }] }],
  });
});

test('in a Git repository, patterns of the folders around count, and a tracked file is read in any case', async () => {
  const prompt = commandLine({
    'app/flags.mjs': definitions(['A', 'B', 'C']),
    '.gitignore': 'secret/\n',
    'app/secret/a.js': "gk.ff('A', 'ON')",
    'app/secret/b.js': "gk.ff('B', 'ON')",
    'app/c.js': "gk.ff('C', 'ON')",
  });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: prompt.folder });
  git('init', '--quiet');
  git('add', '--force', 'app/secret/b.js');

  const { out } = await prompt.run('unused', 'app', '--flags', 'app/flags.mjs', '--json');
  const inside = await prompt.run('unused', 'app/secret', '--flags', 'app/flags.mjs', '--json');

  expect(JSON.parse(out).unused).toEqual(['A']);
  // The folder that was asked for is read, although a pattern excludes it.
  expect(JSON.parse(inside.out).unused).toEqual(['C']);
});

test('a folder named build is build output only beside a package, and not if Git tracks it', async () => {
  const prompt = commandLine({
    'package.json': '{}',
    'flags.mjs': definitions(['A', 'B', 'C']),
    'build/a.js': "gk.ff('A', 'ON')",
    'src/build/b.js': "gk.ff('B', 'ON')",
    'dist/c.js': "gk.ff('C', 'ON')",
  });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: prompt.folder });

  const before = await prompt.run('unused', '--flags', 'flags.mjs', '--json');
  git('init', '--quiet');
  git('add', '.');
  const tracked = await prompt.run('unused', '--flags', 'flags.mjs', '--json');

  expect(JSON.parse(before.out).unused).toEqual(['A', 'C']);
  expect(JSON.parse(tracked.out).unused).toEqual(['C']);
});

test('in the module with the flags, a second key is a use', async () => {
  const prompt = commandLine({
    'server.mjs': `const on = (description) => ({ description, variants: ['X', 'Y'], default: 'X' });
      export const flags = { A: on('a'), B: { variants: ['X', 'Y'], default: 'X' }, C: on('c') };
      const pages = { A: () => 'a', B: () => 'b' };
      export const page = (gk) => Object.keys(pages).find((name) => gk.ff(name, 'Y'));`,
  });

  const { out } = await prompt.run('unused', '--flags', 'server.mjs', '--json');

  expect(JSON.parse(out).unused).toEqual(['C']);
});

test('links are followed, and a link to a folder around the project is not', async () => {
  const prompt = commandLine({
    'app/flags.mjs': definitions(['A', 'B']),
    'shared/a.js': "gk.ff('A', 'ON')",
    'b.js': "'B'",
  });
  symlinkSync('../shared', path.join(prompt.folder, 'app/shared'));
  symlinkSync('..', path.join(prompt.folder, 'app/around'));
  symlinkSync('gone', path.join(prompt.folder, 'app/broken'));

  const { out } = await prompt.run('unused', 'app', '--flags', 'app/flags.mjs', '--json');

  expect(JSON.parse(out)).toMatchObject({ unused: ['B'], flags: [{ places: [{ file: 'app/shared/a.js' }] }, {}] });
});

test('binary files are left out, UTF-16 is read, and a file that is too large is named', async () => {
  const prompt = commandLine({ 'flags.mjs': definitions(['A', 'B', 'C']) });
  const write = (name: string, content: string | Buffer) => writeFileSync(path.join(prompt.folder, name), content);
  write('data.bin', Buffer.from("\0gk.ff('A', 'ON')"));
  write('page.cs', Buffer.from("\uFEFFgk.ff('B', 'ON')", 'utf16le'));
  write('large.js', Buffer.alloc(17 * 1_048_576, "gk.ff('C') "));

  const { out } = await prompt.run('unused', '--flags', 'flags.mjs');

  expect(out).toContain('Flag "A" is not used');
  expect(out).toContain('  B  page.cs:1\n');
  expect(out).toContain('i not read: large.js\n');
});

test('--format github prints one annotation for each unused flag', async () => {
  const prompt = commandLine({ 'app,1/flags.mjs': definitions(['A', 'B']), 'app,1/b.js': "gk.ff('B') // A" });

  const { code, out } = await prompt.run('unused', '--flags', 'app,1/flags.mjs', '--format', 'github');

  expect({ code, out }).toEqual({
    code: 1,
    out: '::warning file=app%2C1/flags.mjs,line=2,col=4,title=Unused flag::Flag "A" is not used; its name is only in a comment (app,1/b.js:1)\n',
  });
});

test('in the shop, every flag is used; without its search, the flag of the search is not', async () => {
  const { folder, run } = commandLine();
  cpSync(path.join(ROOT, 'examples/shop'), folder, { recursive: true });
  const source = readFileSync(path.join(folder, 'flags.ts'), 'utf8');
  // Without the types and the import, which need a loader.
  const script = source
    .replace(/^import .*$/m, 'const defineFlags = (flags) => flags;')
    .replace(/^declare module[\s\S]*?^}$/m, '')
    .replace(/\(hour: number\)[^{]*/, '(hour) ')
    .replaceAll('] as const', ']');
  mkdirSync(path.join(folder, 'compiled'));
  writeFileSync(path.join(folder, 'compiled/flags.mjs'), script);

  const before = await run('unused', '--flags', 'compiled/flags.mjs', '--json');
  rmSync(path.join(folder, 'routes/search-api.ts'));
  rmSync(path.join(folder, 'rollouts.ts'));
  const after = await run('unused', '--flags', 'compiled/flags.mjs');

  expect(JSON.parse(before.out)).toMatchObject({ ok: true, unused: [] });
  expect(after.out).toMatch(
    /^! compiled\/flags\.mjs:\d+:3: Flag "NEW_SEARCH" is not used; its name is only in a document \(README\.md:\d+\), in a scenario \(compiled\/flags\.mjs:\d+, flags\.ts:\d+\), in a rules document \(rules\.json:\d+\)\n/,
  );
  expect(after.code).toBe(1);
});

test.each([
  // arguments                                     exit code  message
  [['unused'], 2, '--flags is missing; see gatekeeper-flags unused --help'],
  [
    ['unused', '--flags', 'flags.mjs', '--format', 'gitlab'],
    2,
    '--format must be github; leave it out for the usual output; got "gitlab"',
  ],
  [['unused', 'gone', '--flags', 'flags.mjs'], 3, 'The folder "gone" does not exist'],
  [['unused', 'flags.mjs', '--flags', 'flags.mjs'], 3, 'The folder "flags.mjs" is not a folder'],
  [['unused', '--flags', 'gone.mjs'], 3, 'The module "gone.mjs" does not exist'],
])('%j exits with %i and prints the error', async (args, expected, message) => {
  const { code, out, err } = await commandLine({ 'flags.mjs': definitions(['A']) }).run(...args);

  expect(err).toContain(message);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

// A tenth of this CPU time is usual.
test.runIf(IS_DEEP)('100,000 lines are read in at most three seconds', async () => {
  const lines = Array.from({ length: 200 }, (_, at) => `  const line${at} = render('line', { at: ${at} }); // ${at}\n`);
  const files = Array.from({ length: 500 }, (_, at) => [`src/${at}.ts`, `${lines.join('')}gk.ff('FLAG_${at}', 'ON');`]);
  const names = Array.from({ length: 501 }, (_, at) => `FLAG_${at}`);
  const prompt = commandLine({ 'flags.mjs': definitions(names), ...Object.fromEntries(files) }, WITH_CPU_TIME);

  const { out, err } = await prompt.run('unused', '--flags', 'flags.mjs', '--json');

  expect(cpuSeconds(err)).toBeLessThan(3);
  expect(JSON.parse(out).unused).toEqual(['FLAG_500']);
});
