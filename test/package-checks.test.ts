import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packInto } from './support/consumer.ts';
import { runNode } from './support/process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const shelf = temporaryFolder();
let tarball: string;
beforeAll(async () => {
  tarball = await packInto(shelf.path);
});
afterAll(shelf.remove);

test('publint has nothing to say about the tarball', async () => {
  const bytes = readFileSync(tarball);
  const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };

  expect(await publint({ pack, strict: true })).toMatchObject({ messages: [] });
});

test('every entry point resolves to its own types for an ES module and for a bundler', async () => {
  const attw = 'node_modules/@arethetypeswrong/cli/dist/index.js';

  const { code, output } = await runNode([attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']);

  expect(code, output).toBe(0);
});

test('no file, export or dependency is unused', async () => {
  expect(await runNode(['node_modules/knip/bin/knip.js', '--no-progress'])).toEqual({ code: 0, output: '' });
});
