import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { findBrowser } from '../../scripts/lib/browsers.mjs';
import { consumerOf } from '../helpers/package/consumer.ts';
import { run, runNode } from '../helpers/processes/process.ts';
import { freePort } from '../helpers/processes/redis-process.ts';
import { codeBlocks } from '../helpers/repository/markdown.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

const PACKAGES = Object.fromEntries(['express', 'nunjucks', 'supertest', 'vitest'].map((name) => [name, name]));
const env = { ...process.env, NODE_ENV: 'test', FORCE_COLOR: '0', NODE_OPTIONS: '' };

test('every recipe of docs/testing.md is a file that these tests run', () => {
  const text = readFileSync(path.join(ROOT, 'docs/testing.md'), 'utf8');
  const blocks = ['js', 'ts'].flatMap((language) => codeBlocks(text, language)).map((code) => code.trim());
  const files = readdirSync(path.join(ROOT, 'test/consumers/testing'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8').trim());

  expect(blocks.length).toBeGreaterThan(5);
  expect(blocks.filter((code) => !files.includes(code))).toEqual([]);
});

test('node:test runs the recipes from the tarball', async () => {
  const { folder } = consumerOf('testing/application', PACKAGES);

  const { code, output } = await runNode(['--test', '--test-reporter=tap', 'unit.test.js', 'http.test.js'], {
    cwd: folder,
    env,
  });

  expect({ code, passed: /^# pass (\d+)$/m.exec(output)?.[1] }, output).toEqual({ code: 0, passed: '6' });
});

test('Vitest runs the recipes from the tarball', async () => {
  const { folder } = consumerOf('testing/application', PACKAGES);

  const { code, output } = await run('node_modules/vitest/vitest.mjs', ['run', 'checkout.spec.js', '--no-cache'], {
    cwd: folder,
    env,
  });

  expect(code, output).toBe(0);
  expect(output).toContain('4 passed');
});

test('the commands of the Cypress recipe run in a browser: they set the cookie and read what the server has used', async () => {
  const { folder } = consumerOf('testing/cypress', {});
  const entryPoints = [path.join(folder, 'cypress/support/e2e.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'iife', platform: 'browser' });
  const commands = new Map<string, (argument: unknown) => unknown>();
  const calls: unknown[] = [];
  const response = { headers: { 'server-timing': 'db;dur=3, gk.CHECKOUT;desc="ONE_PAGE override"' } };
  const record =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push([name, ...args]);
      return { as: record('as') };
    };
  const cy = {
    ...Object.fromEntries(['setCookie', 'intercept', 'visit'].map((name) => [name, record(name)])),
    // biome-ignore lint/suspicious/noThenProperty: a chain of Cypress has it
    wait: () => ({ then: (use: (interception: object) => unknown) => use({ response }) }),
  };
  const Cypress = { Commands: { add: (name: string, run: (argument: unknown) => unknown) => commands.set(name, run) } };

  runInNewContext(outputFiles[0]?.text ?? '', { cy, Cypress, TextDecoder, TextEncoder, URL });
  commands.get('setFlags')?.({ CHECKOUT: 'ONE_PAGE' });
  const used = commands.get('visitForFlags')?.('/checkout');

  expect(calls).toEqual([
    ['setCookie', 'gatekeeper', encodeURIComponent('{"CHECKOUT":"ONE_PAGE"}')],
    ['intercept', 'GET', '/checkout'],
    ['as', 'page'],
    ['visit', '/checkout'],
  ]);
  expect(used).toEqual({ CHECKOUT: 'ONE_PAGE' });
});

describe('Playwright, with the Chromium of the system', () => {
  const playwright = async (file: string): Promise<readonly string[]> => {
    const names = ['@playwright/test', '@types/express', '@types/node', 'express', 'tsx'];
    const consumer = consumerOf('testing/playwright', Object.fromEntries(names.map((name) => [name, name])));
    const settings = { compiler: 'typescript', moduleResolution: 'nodenext', skipLibCheck: true } as const;
    const checked = await consumer.typeCheck({ ...settings, files: [file, 'server.ts', 'playwright.config.ts'] });
    const { output } = await runNode(['node_modules/@playwright/test/cli.js', 'test', file, '--reporter=json'], {
      cwd: consumer.folder,
      env: { ...env, CHROMIUM: findBrowser('chromium')?.program ?? 'chromium', PORT: String(await freePort()) },
    });

    expect(checked).toEqual({ code: 0, output: '' });
    return specsOf(JSON.parse(output.slice(output.indexOf('{')))).map(({ title, tests }) => {
      const [result] = tests[0]?.results ?? [];
      return [title, result?.status, result?.error?.message?.split('\n')[0]].join(' | ');
    });
  };

  test('runs the recipe from the tarball: each variant once, and the server has used it', async () => {
    expect(await playwright('checkout.spec.ts')).toEqual(['has its title | passed | ', 'has its title | passed | ']);
  });

  test.runIf(IS_DEEP)('a mistake fails the test with what the server said instead', async () => {
    expect(await playwright('mistakes.spec.ts')).toEqual([
      'another variant | failed | Error: Expected the server to use CHECKOUT ONE_PAGE; it used CHECKOUT CLASSIC default',
      'another flag | failed | Error: Expected the server to use CHEKCOUT ONE_PAGE; it used CHECKOUT CLASSIC default; did you mean "CHECKOUT"?',
      expect.stringMatching(/^no flag \| failed .*; its response names no flag. A server names the flags/),
      expect.stringMatching(/^no response \| failed .*; got a string of 11 characters instead of a response/),
      'used after all | failed | Error: Expected the server not to use CHECKOUT CLASSIC; it did',
      'a misspelt variant | failed | GatekeeperError: overrideCookie: CHECKOUT has no variant "ONEPAGE"; did you mean "ONE_PAGE"? The variants are CLASSIC, ONE_PAGE',
      'no address | failed | GatekeeperError: test.use({ flags }) needs the address of the site; set use: { baseURL } in playwright.config',
      'the cookie is for one host and every path | passed | ',
    ]);
  });
});

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly Spec[];
}

interface Spec {
  readonly title: string;
  readonly tests: readonly {
    readonly results: readonly { readonly status: string; readonly error?: { readonly message?: string } }[];
  }[];
}

function specsOf({ suites = [], specs = [] }: Suite): readonly Spec[] {
  return [...specs, ...suites.flatMap(specsOf)];
}
