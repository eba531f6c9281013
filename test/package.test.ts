import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consumerOf, packInto } from './support/consumer.ts';
import { serve } from './support/http-server.ts';
import { run, runNode } from './support/process.ts';
import { startRedis } from './support/redis-server.ts';
import { rulesText } from './support/rules-text.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const [OLDEST, NEWEST] = ['typescript-5.9', 'typescript'];
const COMPILERS = [OLDEST, 'typescript-6.0', NEWEST];
const RESOLUTIONS = ['nodenext', 'bundler'] as const;
const MATRIX = COMPILERS.flatMap((compiler) => RESOLUTIONS.map((resolution) => [compiler, resolution] as const));
const EXPRESS_5 = { express: 'express', '@types/express': '@types/express', '@types/node': '@types/node' };
const EXPRESS_4 = { express: 'express4', '@types/express': '@types/express4', '@types/node': '@types/node' };
const CONNECT = { connect: 'connect', '@types/connect': '@types/connect', '@types/node': '@types/node' };

const version = (): string => JSON.parse(readFileSync('package.json', 'utf8')).version;

const shelf = temporaryFolder();
let tarball: string;
beforeAll(async () => {
  tarball = await packInto(shelf.path);
});
afterAll(shelf.remove);

test('the tarball holds the built library, the licence and the documents, and nothing else', async () => {
  const { output } = await run('tar', ['-tzf', tarball]);
  const files = output
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));

  const library = files.filter((file) => file.startsWith('dist/server-lib/'));
  const others = files.filter((file) => !library.includes(file));

  expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  expect(library.filter((file) => !/\.(js|d\.ts|js\.map|d\.ts\.map|schema\.json)$/.test(file))).toEqual([]);
  expect(library).toContain('dist/server-lib/wire/manifest.schema.json');
});

test('installing it brings along the engine of rules, and nothing else', async () => {
  const { folder } = await consumerOf(tarball, 'running', {});

  const packages = readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));

  expect(packages).toEqual(['gatekeeper-flags', 'json-logic-engine']);
});

test.each(MATRIX)(
  '%s with %s resolution types an Express 5 application down to the variant',
  async (compiler, moduleResolution) => {
    const consumer = await consumerOf(tarball, 'typed', EXPRESS_5);

    expect(await consumer.typeCheck({ compiler, moduleResolution, files: ['app.ts'] })).toEqual({
      code: 0,
      output: '',
    });
  },
);

test.each([OLDEST, NEWEST])('%s types an Express 4 application', async (compiler) => {
  const consumer = await consumerOf(tarball, 'typed', EXPRESS_4);

  const ended = await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] });

  expect(ended).toEqual({ code: 0, output: '' });
});

test.each([OLDEST, NEWEST])('%s types a Connect application that has no types of Express', async (compiler) => {
  const consumer = await consumerOf(tarball, 'untyped', CONNECT);

  const ended = await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] });

  expect(ended).toEqual({ code: 0, output: '' });
});

test.each([OLDEST, NEWEST])('%s types a source on a client of the package redis', async (compiler) => {
  const consumer = await consumerOf(tarball, 'redis', { redis: 'redis', '@types/node': '@types/node' });

  const ended = await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['rules.ts'] });

  expect(ended).toEqual({ code: 0, output: '' });
});

test.each(COMPILERS)('%s refuses a misspelt flag and another flag’s variant', async (compiler) => {
  const consumer = await consumerOf(tarball, 'typed', EXPRESS_5);
  const app = path.join(consumer.folder, 'app.ts');
  writeFileSync(app, readFileSync(app, 'utf8').replaceAll('@ts-expect-error', ''));

  const { code, output } = await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] });

  const mistakes = output.match(/^app\.ts.*error TS\d+: Argument of type '"\w+"'/gm) ?? [];
  expect(code).not.toBe(0);
  expect(mistakes.map((line) => line.replace(/^app\.ts\(.*\): error (TS\d+).*"(\w+)".*/, '$1 $2'))).toEqual([
    'TS2345 MY_NEW_FAETURE',
    'TS2345 FUZZY',
    'TS2345 SAERCH',
  ]);
});

test.each([
  // runs on     imports     linked in
  ['Express 5', 'express', EXPRESS_5],
  ['Express 4', 'express', EXPRESS_4],
  ['Connect', 'connect', CONNECT],
])('on %s it serves flags, overrides and the manifest', async (_, framework, packages) => {
  const { folder } = await consumerOf(tarball, 'running', packages);
  const origin = await serve(['server.mjs', framework], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });
  const page = async (headers: Record<string, string>) => (await fetch(origin, { headers })).text();

  expect(await page({})).toBe('exact');
  expect(await page({ 'x-user': '7' })).toBe('fuzzy');
  expect(await page({ cookie: `gatekeeper=${encodeURIComponent('{"SEARCH":"FUZZY"}')}` })).toBe('fuzzy');
  const manifest = await (await fetch(`${origin}/.well-known/gatekeeper.json`)).json();
  expect(manifest).toMatchObject({ gatekeeper: 1, flags: [{ name: 'SEARCH', variants: ['EXACT', 'FUZZY'] }] });
});

test('a rules document is compiled at once where one is given, and the engine is loaded for it alone', async () => {
  const { folder } = await consumerOf(tarball, 'rules', {});

  expect(await runNode(['rules.mjs'], { cwd: folder })).toEqual({
    code: 0,
    output:
      'core: engine not loaded\nsimple: on STATIC, engine not loaded\nunusual: on TARGETING_MATCH, engine loaded\n',
  });
});

test('the command line is installed with it: it checks a file, and publishes where the package redis is', async () => {
  const { url } = await startRedis();
  const consumer = async (packages: Readonly<Record<string, string>>) => {
    const { folder } = await consumerOf(tarball, 'rules', packages);
    writeFileSync(path.join(folder, 'rules.json'), rulesText('red'));
    const program = path.join(folder, 'node_modules/.bin/gatekeeper-flags');
    return (...words: readonly string[]) => run(program, words, { cwd: folder });
  };
  const [alone, beside] = [await consumer({}), await consumer({ redis: 'redis' })];

  expect(await alone('check', 'rules.json')).toEqual({ code: 0, output: 'rules.json: 1 flag, good\n' });
  expect(await alone('push', 'rules.json', '--redis', url)).toEqual({
    code: 3,
    output: `error Redis at ${new URL(url).host}: the package redis (npm install redis) cannot be loaded\n`,
  });
  expect(await beside('push', 'rules.json', '--redis', url)).toMatchObject({ code: 0 });
  expect(await beside('--version')).toEqual({ code: 0, output: `${version()}\n` });
});

test('in production with nothing configured there is no override and no manifest', async () => {
  const { folder } = await consumerOf(tarball, 'running', EXPRESS_5);
  const origin = await serve(['server.mjs', 'express'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
  });

  const page = await fetch(origin, { headers: { cookie: 'gatekeeper={"SEARCH":"FUZZY"}' } });
  const manifest = await fetch(`${origin}/.well-known/gatekeeper.json`);

  expect(await page.text()).toBe('exact');
  expect(await manifest.text()).toBe('exact'); // the application's own answer
});

test.each([
  // program       prints
  ['cluster.mjs', { processes: 2, plain: ['EXACT'], overridden: ['FUZZY'] }],
  ['threads.mjs', ['LEFT OTHER', 'RIGHT OTHER', 'MAIN OTHER']],
  ['copies.mjs', { areTwo: true, answers: ['FUZZY true', 'EXACT false', 'OLD false', 'NEW true'] }],
  ['both.mjs', { answers: ['EXACT', 'FUZZY'], isOneModule: true }],
])('several of it work side by side: %s', async (program, printed) => {
  const { folder } = await consumerOf(tarball, 'together', EXPRESS_5);
  const modules = path.join(folder, 'node_modules');
  cpSync(path.join(modules, 'gatekeeper-flags'), path.join(modules, 'second-copy'), { recursive: true });

  const { code, output } = await runNode(['--no-warnings', program], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });

  expect({ code, printed: JSON.parse(output) }).toEqual({ code: 0, printed });
});
