import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { consumerOf } from '../helpers/package/consumer.ts';
import { installInto } from '../helpers/package/packed.ts';
import { run, runNode, startServerProgram } from '../helpers/processes/process.ts';
import { startRedis } from '../helpers/processes/redis-server.ts';
import { relativeLinks } from '../helpers/repository/markdown.ts';
import { rulesText } from '../helpers/rules-documents.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { sampled } from '../helpers/vitest/depth.ts';

const EXPRESS_5 = { express: 'express', '@types/express': '@types/express', '@types/node': '@types/node' };
const EXPRESS_4 = { express: 'express4', '@types/express': '@types/express4', '@types/node': '@types/node' };
const CONNECT = { connect: 'connect', '@types/connect': '@types/connect', '@types/node': '@types/node' };

const version = (): string => JSON.parse(readFileSync('package.json', 'utf8')).version;

test('the tarball has only the built library, the built extensions, the licence, the documents and the small examples', async () => {
  const { output } = await run('tar', ['-tzf', inject('tarball')]);
  const files = output
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));

  const folders = ['dist/server-lib/', 'dist/chrome/', 'dist/chrome-devtools/', 'dist/firefox/'];
  const inFolder = (folder: string): readonly string[] => files.filter((file) => file.startsWith(folder));
  const others = files.filter((file) => !folders.some((folder) => file.startsWith(folder)));

  expect(
    others.filter((file) => !/\.(?:md|png|svg)$|^examples\/(?:next\/|react\/|\w+\/server\.m[jt]s$)/.test(file)).sort(),
  ).toEqual(['LICENSE', 'package.json']);
  const library = inFolder('dist/server-lib/');
  expect(library.filter((file) => !/\.(js|cjs|d\.ts|d\.cts|js\.map|d\.ts\.map|schema\.json)$/.test(file))).toEqual([]);
  expect(library).toContain('dist/server-lib/wire/manifest.schema.json');
  for (const folder of folders.slice(1)) expect(inFolder(folder)).toContain(`${folder}manifest.json`);
});

test('the package’s JavaScript is ASCII, which V8 reads faster', () => {
  const folder = path.join(inject('installed'), 'gatekeeper-flags/dist/server-lib');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.c?js$/.test(file));

  expect(files.filter((file) => /[^\0-\x7f]/.test(readFileSync(path.join(folder, file), 'utf8')))).toEqual([]);
  expect(files).toContain('index.js');
});

test('every relative link in the tarball’s documents leads to a file in the tarball', () => {
  const folder = path.join(inject('installed'), 'gatekeeper-flags');
  const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));

  const broken = documents.flatMap((from) =>
    relativeLinks(readFileSync(path.join(folder, from), 'utf8'))
      .filter((target) => !existsSync(path.join(folder, path.dirname(from), decodeURI(target))))
      .map((target) => `${from}: ${target}`),
  );

  expect(documents).toContain('docs/rules.md');
  expect(broken).toEqual([]);
});

const BESIDE: readonly Readonly<Record<string, string>>[] = [
  { redis: '4.0.0', express: '4.17.0', pg: '8.0.3', ioredis: '5.0.0' },
  { redis: '4.7.1', express: '4.22.0' },
  {
    redis: '5.12.1',
    express: '5.0.0',
    fastify: '5.0.0',
    koa: '2.16.4',
    '@nestjs/common': '10.0.0',
    '@openfeature/server-sdk': '1.17.0',
  },
  {
    redis: '6.3.1',
    pg: '8.23.1',
    ioredis: '6.0.0',
    express: '5.3.0',
    fastify: '5.12.8',
    koa: '3.3.0',
    '@nestjs/common': '12.5.1',
    '@opentelemetry/api': '1.9.0',
    '@openfeature/server-sdk': '1.23.0',
  },
];

test.each(sampled(BESIDE, 2))('npm installs the package beside %o', async (versions) => {
  const folder = folderForThisTest();
  // npm compares only the name and the version of a package.
  const others = Object.entries(versions).map(([name, version]) => {
    const other = path.join(folder, 'others', name);
    mkdirSync(other, { recursive: true });
    writeFileSync(path.join(other, 'package.json'), JSON.stringify({ name, version }));
    return other;
  });
  writeFileSync(path.join(folder, 'package.json'), '{}');

  const { code, output } = await installInto(folder, [...others, inject('tarball')]);

  expect(code, output).toBe(0);
});

test('the package installs no other package', async () => {
  const packages = readdirSync(inject('installed')).filter((name) => !name.startsWith('.'));

  expect(packages).toEqual(['gatekeeper-flags']);
});

test.each([
  // framework   module      packages
  ['Express 5', 'express', EXPRESS_5],
  ['Express 4', 'express', EXPRESS_4],
  ['Connect', 'connect', CONNECT],
])('on %s, the package serves flags, overrides and the manifest', async (_, framework, packages) => {
  const { folder } = consumerOf('running', packages);
  const origin = await startServerProgram(['server.mjs', framework], {
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

test('the package evaluates a rules document without other packages', async () => {
  const { folder } = consumerOf('running', {});

  expect(await runNode(['rules.mjs'], { cwd: folder })).toEqual({
    code: 0,
    output: 'simple: on STATIC\nunusual: on TARGETING_MATCH\n',
  });
});

test('the installed CLI checks a file, and publishes it if the package redis is installed', async () => {
  const { url } = await startRedis();
  const consumer = (packages: Readonly<Record<string, string>>) => {
    const { folder } = consumerOf('running', packages);
    writeFileSync(path.join(folder, 'rules.json'), rulesText('red'));
    const program = path.join(folder, 'node_modules/.bin/gatekeeper-flags');
    return (...args: readonly string[]) => run(program, args, { cwd: folder });
  };
  const [withoutRedis, withRedis] = [await consumer({}), await consumer({ redis: 'redis' })];

  expect(await withoutRedis('check', 'rules.json')).toEqual({ code: 0, output: 'rules.json: 1 flag, good\n' });
  expect(await withoutRedis('push', 'rules.json', '--redis', url)).toEqual({
    code: 3,
    output: 'error the package redis (npm install redis) cannot be loaded\n',
  });
  expect(await withRedis('push', 'rules.json', '--redis', url)).toMatchObject({ code: 0 });
  expect(await withRedis('--version')).toEqual({ code: 0, output: `${version()}\n` });
});

test('in production with nothing configured there is no override and no manifest', async () => {
  const { folder } = consumerOf('running', EXPRESS_5);
  const origin = await startServerProgram(['server.mjs', 'express'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
  });

  const page = await fetch(origin, { headers: { cookie: 'gatekeeper={"SEARCH":"FUZZY"}' } });
  const manifest = await fetch(`${origin}/.well-known/gatekeeper.json`);

  expect(await page.text()).toBe('exact');
  expect(await manifest.text()).toBe('exact'); // the application's own response
});

test('the override page and its files are in the package, for `import` and for `require`', async () => {
  const { folder } = consumerOf('running', EXPRESS_5);
  const body = `const ask = (path) => handle(keeper, new Request('http://localhost' + path), { overridePage: {} });
    const html = await (await ask('/gatekeeper')).text();
    const [, script] = /src="[.]([^"]+)"/.exec(html);
    const file = await ask(script);
    process.stdout.write(file.status + ' ' + file.headers.get('content-type'));`;
  const keeper = `const keeper = createGatekeeper({ flags: defineFlags({ A: { variants: ['X', 'Y'], default: 'X' } }) });`;
  const names = '{ createGatekeeper, defineFlags }';
  const programs = [
    `import ${names} from 'gatekeeper-flags'; import { handle } from 'gatekeeper-flags/fetch'; ${keeper} ${body}`,
    `const ${names} = require('gatekeeper-flags'); const { handle } = require('gatekeeper-flags/fetch'); ${keeper}
    (async () => { ${body} })();`,
  ];

  for (const [at, program] of programs.entries()) {
    const type = at === 0 ? 'module' : 'commonjs';
    const env = { ...process.env, NODE_ENV: 'development' };
    const { output } = await runNode([`--input-type=${type}`, '-e', program], { cwd: folder, env });
    expect(output, type).toBe('200 text/javascript; charset=utf-8');
  }

  // Nothing loads the files before the first request for the page.
  const library = path.join(folder, 'node_modules/gatekeeper-flags/dist/server-lib');
  const modules = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((file) => /\.c?js$/.test(file));
  const loading = modules.flatMap((file) =>
    readFileSync(path.join(library, file), 'utf8')
      .split('\n')
      .filter((line) => /(?:from|import|require)[ (]*"[^"]*\/page-files\.c?js"/.test(line)),
  );
  expect(loading).toHaveLength(2);
  for (const line of loading) expect(line).toMatch(/^\tloading \?\?= /);
});

test.each([
  // program       prints
  ['cluster.mjs', { processes: 2, plain: ['EXACT'], overridden: ['FUZZY'] }],
  ['threads.mjs', ['LEFT OTHER', 'RIGHT OTHER', 'MAIN OTHER']],
  ['copies.mjs', { areTwo: true, answers: ['FUZZY true', 'EXACT false', 'OLD false', 'NEW true'] }],
])('several processes, threads or copies of the package work side by side: %s', async (program, printed) => {
  const { folder } = consumerOf('together', EXPRESS_5);
  const modules = path.join(folder, 'node_modules');
  cpSync(path.join(modules, 'gatekeeper-flags'), path.join(modules, 'second-copy'), { recursive: true });

  const { code, output } = await runNode(['--no-warnings', program], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });

  expect({ code, printed: JSON.parse(output) }).toEqual({ code: 0, printed });
});
