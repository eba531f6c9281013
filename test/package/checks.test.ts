import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { expect, inject, test } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';

test('publint reports nothing for the tarball', async () => {
  const bytes = readFileSync(inject('tarball'));
  const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };

  expect(await publint({ pack, strict: true })).toMatchObject({ messages: [] });
});

test('every entry point has types with node10, with node16 from CommonJS and from ES modules, and in a bundler', async () => {
  const attw = 'node_modules/@arethetypeswrong/cli/dist/index.js';

  const { code, output } = await runNode([attw, inject('tarball'), '--no-color', '--no-emoji']);

  expect(code, output).toBe(0);
});

test('no file, export or dependency is unused', async () => {
  expect(await runNode(['node_modules/knip/bin/knip.js', '--no-progress'])).toEqual({ code: 0, output: '' });
});
