import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

// Slow: they pack, install, compile, lint or start a browser.
const PACKAGE = [
  'scripts/start',
  'package',
  'package-checks',
  'house',
  'built-extension',
  'readme',
  'source-archive',
  'server-lib/nginx-cache',
  'server-lib/development-process',
  'server-lib/bundles',
].map((name) => `test/${name}.test.ts`);
const DOM = ['test/extension/ui/**/*.test.tsx', 'test/extension/{popup,panel,options}/**/*.test.{ts,tsx}'];
const E2E = ['test/e2e/**/*.test.ts'];

export default defineConfig({
  test: {
    root,
    maxWorkers: 2, // vitest would leave one core of two idle
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...PACKAGE, ...DOM, ...E2E],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'dom',
          include: DOM,
          environment: 'happy-dom',
          setupFiles: 'test/fakes/english.ts',
          // One copy of Preact: left to Node, the testing library would load the CommonJS one beside ours.
          server: { deps: { inline: [/preact/] } },
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        test: {
          name: 'package',
          include: PACKAGE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: E2E,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One browser at a time, after everything else: two cores do not carry two browsers on time.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
