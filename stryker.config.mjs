// `npm run mutate` changes one thing at a time in these modules and sees whether a test notices; MODULE=grants for one.

const MODULES = {
  codec: ['wire/override-cookie.ts', 'wire/cookie-header.ts'],
  permission: ['permission/policy.ts', 'permission/development.ts'],
  grants: ['permission/grants/*.ts', 'core/lru-cache.ts'],
  manifest: ['wire/read-manifest*.ts', 'wire/untrusted-json.ts'],
  simulate: ['wire/context-values.ts', 'core/overrides/simulation.ts', 'core/request/simulated-context.ts'],
};

const { MODULE } = process.env;
const files = MODULE === undefined ? Object.values(MODULES).flat() : MODULES[MODULE];
if (files === undefined) throw new Error(`MODULE is one of ${Object.keys(MODULES).join(', ')}, not ${MODULE}`);

export default {
  mutate: files.map((file) => `server-lib/${file}`),
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false },
  jsonReporter: { fileName: `.tmp/mutation/${MODULE ?? 'all'}.json` },
  tsconfigFile: 'none', // Stryker would rewrite it through an API that TypeScript 7 does not have
  tempDirName: '.tmp/stryker',
  ignorePatterns: ['dist', '.tmp', 'extension', 'examples'],
  thresholds: { high: 95, low: 90, break: 90 },
};
