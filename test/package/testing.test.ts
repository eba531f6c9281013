import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { consumerOf } from '../helpers/package/consumer.ts';
import { run, runNode } from '../helpers/processes/process.ts';
import { codeBlocks } from '../helpers/repository/markdown.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';

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
