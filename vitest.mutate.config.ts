import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const TESTS: Readonly<Record<string, readonly string[]>> = {
  codec: [
    'wire/{override-cookie,serialize-override-cookie,cookie-header,hostile-cookies}*',
    'core/overrides/overrides',
  ],
  permission: ['permission/{policy,development,self-granting}*'],
  grants: ['permission/grants/*', 'core/lru-cache*'],
  manifest: ['wire/{read-,hostile-manifests,sanitize}*'],
  simulate: [
    'core/overrides/simulation',
    'core/request/simulated-context',
    'core/options',
    'openfeature/provider', // evaluates with attributes that the application passes
    'wrong-options',
  ],
};
const names = TESTS[process.env.MODULE ?? ''] ?? Object.values(TESTS).flat();

// Stryker runs these tests for each mutant: the fast, deterministic tests of the mutated modules. With random inputs, the same
// mutant would be killed in one run and survive in another.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: names.map((name) => `test/server-lib/${name}.test.ts`),
    testTimeout: 60_000, // ends a hang only
    exclude: ['**/*.properties.test.ts', '**/development-process.test.ts'],
  },
});
