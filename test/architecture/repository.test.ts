import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { missingOptionals } from '../../scripts/lib/install.mjs';
import { runNode } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { trackedFiles } from '../helpers/repository/tracked-files.ts';

const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));

test.each(['server-lib', '.', 'examples/shop', 'test/e2e'])('TypeScript reports no error in %s', async (project) => {
  const ended = await runNode(['node_modules/typescript/bin/tsc', '-p', project, '--noEmit', '--pretty', 'false']);

  expect(ended).toEqual({ code: 0, output: '' });
});

test('the linter and the formatter report nothing', async () => {
  const { code, output } = await runNode([
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--error-on-warnings',
    '.',
  ]);

  expect(code, output).toBe(0);
});

test('the lock file names no host of a registry, so that it works with any mirror', () => {
  const packages = Object.values<{ readonly resolved?: string }>(lock.packages);

  expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test('the lock file names the native packages of every platform, so that npm ci works on each', () => {
  expect(missingOptionals(lock)).toEqual([]); // `npm run lock` completes it
});

test('no file contains a path of a developer’s machine or the host of a registry', async () => {
  const leak = /(?<![\w.)}\]])\/(?:work|root|home|Users)\/[\w.]|\bregistry\.[\w-]+\.\w+|\b(?:artifactory|verdaccio)\b/g;

  const found = (await trackedFiles()).flatMap((file) =>
    (file.text.match(leak) ?? []).map((match) => `${file.path}: ${match}`),
  );

  expect(found.filter((line) => !line.startsWith('test/architecture/repository.test.ts: '))).toEqual([]);
});
