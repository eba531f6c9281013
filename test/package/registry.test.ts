import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { launchPostgres } from '../helpers/processes/postgres-process.ts';
import { type ProgramResult, run, runNode, startServerProgram } from '../helpers/processes/process.ts';
import { startRedis } from '../helpers/processes/redis-server.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

// These tests install other packages from the registry, so they need the network.
describe.runIf(IS_DEEP)('installed from the registry', () => {
  test.each(['29', '30'])(
    'Jest %s without configuration runs tests in JavaScript, and with ts-jest in TypeScript',
    async (version) => {
      const folder = project('testing/jest');
      const tools = [
        `jest@${version}`,
        `@types/jest@${version}`,
        'ts-jest@29',
        'typescript@5.9',
        '@types/express@5',
        '@types/node@20',
      ];
      await install(folder, tools);
      const jest = (...args: readonly string[]): Promise<ProgramResult> =>
        runNode(['node_modules/jest/bin/jest.js', ...args], { cwd: folder });

      const javascript = await jest('keeper.test.js');
      writeFileSync(path.join(folder, 'jest.config.js'), "module.exports = { preset: 'ts-jest' };");
      const typescript = await jest('typed.test.ts');

      expect(javascript.output).toContain('3 passed, 3 total');
      expect(typescript.output).toContain('1 passed, 1 total');
      expect([javascript.code, typescript.code]).toEqual([0, 0]);
    },
  );

  test.each(['29', '30'])(
    'Jest %s runs the recipes of docs/testing.md, in CommonJS and in ES modules',
    async (version) => {
      const folder = project('testing/jest-recipes');
      await install(folder, [`jest@${version}`]);
      const jest = (files: string, ...options: readonly string[]): Promise<ProgramResult> =>
        runNode([...options, 'node_modules/jest/bin/jest.js', files], { cwd: folder });

      const results = [await jest('commonjs'), await jest('modules', '--experimental-vm-modules', '--no-warnings')];

      expect(results.map(({ code, output }) => [code, output])).toEqual([
        [0, expect.stringContaining('3 passed, 3 total')],
        [0, expect.stringContaining('3 passed, 3 total')],
      ]);
    },
  );

  test('the Cypress recipe of docs/testing.md compiles, and so does no misspelt flag', async () => {
    const folder = project('testing/cypress');
    // The types are in the package; its program cannot be downloaded everywhere.
    await install(folder, ['cypress@15', 'typescript@5.9'], { CYPRESS_INSTALL_BINARY: '0' });

    expect(await runNode(['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: folder })).toEqual({
      code: 0,
      output: '',
    });
  });

  test.each([
    // redis express
    ['4.0.0', '4.17.0'],
    ['4', '4'],
    ['5', '5'],
    ['6', '5'],
  ])('beside redis %s and Express %s, the package serves pages and reads rules', async (redis, express) => {
    const { url } = await startRedis();
    const folder = project('running');
    cpSync(path.join(ROOT, 'test/consumers/from-store'), folder, { recursive: true });

    await install(folder, [`redis@${redis}`, `express@${express}`]);

    const env = { ...process.env, NODE_ENV: 'development' };
    const origin = await startServerProgram(['server.mjs', 'express'], { cwd: folder, env });
    expect(await (await fetch(origin, { headers: { 'x-user': '7' } })).text()).toBe('fuzzy');
    expect(await runNode(['from-redis.mjs', url], { cwd: folder })).toEqual({
      code: 0,
      output: 'FUZZY rule\nFUZZY rule\n',
    });
  });

  test.each(['5.0.0', '5', '6'])('beside ioredis %s, the package reads rules', async (version) => {
    const { url } = await startRedis();
    const folder = project('from-store');

    await install(folder, [`ioredis@${version}`]);

    expect(await runNode(['from-ioredis.mjs', url], { cwd: folder })).toEqual({ code: 0, output: 'FUZZY rule\n' });
  });

  test.each(['8.0.3', '8'])('beside pg %s, the package reads rules', async (version) => {
    const server = await launchPostgres();
    onTestFinished(() => server.remove());
    const folder = project('from-store');

    await install(folder, [`pg@${version}`]);

    expect(await runNode(['from-postgres.mjs', server.url], { cwd: folder })).toEqual({
      code: 0,
      output: 'FUZZY rule\nFUZZY rule\nFUZZY rule\n',
    });
  });

  test.each(['es', 'cjs'])(
    'Rollup bundles an application into one file that works without node_modules, as %s',
    async (format) => {
      const folder = project('bundled');
      await install(folder, ['rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs']);
      const file = path.join(folderForThisTest(), format === 'es' ? 'bundle.mjs' : 'bundle.cjs');
      const plugins = ['--plugin', 'node-resolve', '--plugin', 'commonjs'];

      const args = ['app.mjs', '--file', file, '--format', format, '--external', '/^node:/', '--inlineDynamicImports'];
      const built = await runNode(['node_modules/rollup/dist/bin/rollup', ...args, ...plugins], { cwd: folder });

      expect(built.code, built.output).toBe(0);
      const { code, output } = await runNode([file], { cwd: path.dirname(file) });
      expect({ code, evaluated: output.split('\n').filter((line) => line.endsWith(' ON')) }).toMatchObject({
        code: 0,
        evaluated: { length: 5 },
      });
    },
  );
});

function project(name: string): string {
  const folder = folderForThisTest();
  cpSync(path.join(ROOT, 'test/consumers', name), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{}');
  return folder;
}

async function install(
  folder: string,
  packages: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { code, output } = await run('npm', ['install', '--no-audit', inject('tarball'), ...packages], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  expect(code, output).toBe(0);
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies)).toContain('gatekeeper-flags');
}
