import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './helpers/vitest/longest-first.ts';

// How the tests run, in a few rules:
// - `npm test` takes at most eight minutes on two cores. Tables run there as representatives of each class, in both
//   browsers: `sampled(table)` from helpers/vitest/depth.ts. `npm run test:deep` runs all of each table.
// - What is random has a seed: helpers/vitest/seed.ts gives it to fast-check, `new Random(SEED)` is for generators of our own.
//   The same in every run of `npm test`, a new one in test:deep. architecture/seeds.test.ts looks for what has none.
// - Nothing depends on a quiet machine. Wait for what must come to hold (`eventually`, `until`, `vi.waitFor`), with a
//   deadline that is only there to end a hang; count work where you would measure time.
// - The files of test/e2e share one browser per worker. `inEachBrowser` and `freshBrowser` renew it for each file: no
//   cookie, setting, permission or page is left. The project says which browser: each file runs once in `chromium` and
//   once in `firefox`, unless it is listed in ONE_BROWSER.

const root = fileURLToPath(new URL('..', import.meta.url));

// Slow: they pack, install, compile, lint or start a browser.
const PACKAGE = [
  'scripts/start',
  'package/*',
  'architecture/repository',
  'server-lib/express/nginx-cache',
  'server-lib/permission/development-process',
  'server-lib/bundles',
].map((name) => `test/${name}.test.ts`);
const DOM = ['test/extension/ui/**/*.test.tsx', 'test/extension/{popup,panel,options}/**/*.test.{ts,tsx}'];
const E2E = ['test/e2e/**/*.test.ts'];
const ONE_BROWSER = {
  chromium: ['panel/panel', 'chaos/chaos', 'pictures/store-pictures'].map((name) => `test/e2e/${name}.test.ts`),
  firefox: ['test/e2e/panel/panel-firefox.test.ts'],
};

const setupFiles = ['test/helpers/vitest/seed.ts', 'test/helpers/vitest/timeouts.ts'];
// Deadlines end what hangs; they are many times what a loaded machine needs.
const poll = { timeout: 60_000, interval: 30 };
const LIMITS = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll } };
const SLOW = { testTimeout: 480_000, hookTimeout: 480_000, expect: { poll } };

const inBrowser = (browser: 'chromium' | 'firefox', notIn: readonly string[]) => ({
  root,
  test: {
    name: browser,
    include: E2E,
    exclude: [...notIn],
    setupFiles,
    provide: { browser },
    environment: fileURLToPath(new URL('./e2e/browsers-environment.ts', import.meta.url)),
    isolate: false, // one worker, one browser
    ...SLOW,
  },
});

export default defineConfig({
  test: {
    root,
    maxWorkers: 2, // vitest would leave one core of two idle
    // All projects at once, so that both workers have something to do until the end: a browser waits more than it works.
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...PACKAGE, ...DOM, ...E2E, 'test/consumers/**'], // programs of their own
          setupFiles,
          ...LIMITS,
        },
      },
      {
        root,
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'dom',
          include: DOM,
          environment: 'happy-dom',
          setupFiles: [...setupFiles, 'test/helpers/vitest/english.ts'],
          // One copy of Preact: left to Node, the testing library would load the CommonJS one beside ours.
          server: { deps: { inline: [/preact/] } },
          // Node 25 and later have a localStorage of their own, which vitest would leave in place of the document's.
          execArgv: process.allowedNodeEnvironmentFlags.has('--webstorage') ? ['--no-webstorage'] : [],
          ...LIMITS,
        },
      },
      {
        root,
        test: { name: 'package', include: PACKAGE, setupFiles, globalSetup: 'test/helpers/package/packed.ts', ...SLOW },
      },
      inBrowser('chromium', ONE_BROWSER.firefox),
      inBrowser('firefox', ONE_BROWSER.chromium),
    ],
  },
});
