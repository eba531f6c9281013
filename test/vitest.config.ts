import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { IS_DEEP } from './helpers/vitest/depth.ts';
import { LongestFirst } from './helpers/vitest/longest-first.ts';

// How the tests run:
// - `npm test` takes at most eight minutes on two cores. It runs a sample of each large table, in both browsers:
//   `sampled(table, count)` from helpers/vitest/depth.ts. `npm run test:deep` runs the whole table.
// - All random values come from a seed, which is the same in every run of `npm test` and new in test:deep.
//   helpers/vitest/seed.ts sets it for fast-check; create other generators with `new Random(SEED)`.
//   architecture/seeds.test.ts finds random values without a seed.
// - No test depends on a quiet machine. Wait for a condition (`eventually`, `until`, `vi.waitFor`) with a timeout that only
//   ends a hang. Count work instead of measuring time.
// - The files of test/e2e share one browser per worker. `inEachBrowser` and `freshBrowser` reset it for each file, so that no
//   cookie, setting, permission or page remains. The project determines the browser: each file runs once in `chromium` and
//   once in `firefox`, unless ONE_BROWSER lists it.

const root = fileURLToPath(new URL('..', import.meta.url));

// Slow tests: they pack, install, compile, lint or start a browser.
const PACKAGE = [
  'scripts/start',
  'package/*',
  'architecture/repository',
  'server-lib/express/nginx-cache',
  'server-lib/permission/development-process',
  'server-lib/bundles',
].map((name) => `test/${name}.test.ts`);
const DOM = ['test/extension/ui/**/*.test.tsx', 'test/extension/{page,popup,panel,options}/**/*.test.{ts,tsx}'];
const E2E = ['test/e2e/**/*.test.ts'];
// These files share a process: they start no other process and change nothing that a later file can see.
const SHARED = [
  'test/server-lib/{wire,core,rules,permission,http,express}/**/*.test.ts',
  'test/extension/{app,browser}/**/*.test.ts',
  'test/{architecture,helpers}/**/*.test.ts',
  'test/examples/*.test.ts',
];
// A build by Next, or of the whole source archive, takes up to 20 seconds of CPU time. So do the pictures for the stores.
const DEEP_ONLY = [
  'e2e/hosts/next',
  'server-lib/hosts/next/next',
  'server-lib/hosts/next/vendor',
  'package/source-archive',
  'e2e/pictures/store-pictures',
  'e2e/shop/webkit', // starts a browser of its own
].map((name) => `test/${name}.test.ts`);
const ONE_BROWSER = {
  chromium: ['panel/panel', 'chaos/chaos', 'hosts/ofrep-clients', 'pictures/store-pictures', 'shop/webkit'].map(
    (name) => `test/e2e/${name}.test.ts`,
  ),
  firefox: ['test/e2e/panel/panel-firefox.test.ts'],
};
// What the browsers hardly differ in. `npm test` runs these files in one browser, `npm run test:deep` in both.
const ONE_BROWSER_UNLESS_DEEP = {
  chromium: ['popup/calm', 'popup/scenarios', 'shop/rules', 'shop/view-as', 'hosts/vendor'].map(
    (name) => `test/e2e/${name}.test.ts`,
  ),
  firefox: ['options/options', 'popup/sharing'].map((name) => `test/e2e/${name}.test.ts`),
};

const setupFiles = ['test/helpers/vitest/seed.ts', 'test/helpers/vitest/timeouts.ts'];
// Timeouts only end a hang. They are many times what a loaded machine needs.
const poll = { timeout: 60_000, interval: 30 };
const LIMITS = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll } };
const SLOW = { testTimeout: 480_000, hookTimeout: 480_000, expect: { poll } };

const inBrowser = (browser: 'chromium' | 'firefox', other: 'chromium' | 'firefox') => ({
  root,
  test: {
    name: browser,
    include: E2E,
    exclude: [...ONE_BROWSER[other], ...(IS_DEEP ? [] : [...ONE_BROWSER_UNLESS_DEEP[other], ...DEEP_ONLY])],
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
    // More than the two cores, because a browser waits more than it works.
    maxWorkers: 4,
    // All projects run at the same time, so that no worker is idle: a browser waits more than it works.
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: SHARED,
          exclude: PACKAGE,
          setupFiles,
          isolate: false, // a process for each file doubles the CPU time: 157 s instead of 75 s
          ...LIMITS,
        },
      },
      {
        root,
        test: {
          name: 'process',
          include: ['test/**/*.test.{ts,tsx}'],
          // consumers are separate programs
          exclude: [...SHARED, ...PACKAGE, ...DOM, ...E2E, 'test/consumers/**', ...(IS_DEEP ? [] : DEEP_ONLY)],
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
          // Inlining gives one copy of Preact. Otherwise the testing library loads the CommonJS copy beside ours.
          server: { deps: { inline: [/preact/] } },
          // Node 25 and later have their own localStorage, and Vitest does not replace it by the document's.
          execArgv: process.allowedNodeEnvironmentFlags.has('--webstorage') ? ['--no-webstorage'] : [],
          ...LIMITS,
        },
      },
      {
        root,
        test: {
          name: 'package',
          include: PACKAGE,
          exclude: IS_DEEP ? [] : DEEP_ONLY,
          setupFiles,
          globalSetup: 'test/helpers/package/packed.ts',
          ...SLOW,
        },
      },
      inBrowser('chromium', 'firefox'),
      inBrowser('firefox', 'chromium'),
    ],
  },
});
