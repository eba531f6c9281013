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
};
const names = TESTS[process.env.MODULE ?? ''] ?? Object.values(TESTS).flat();

// What Stryker runs for each mutant: tests of the mutated modules that give the same answer each time, fast. Random
// inputs would kill a mutant on one day and not on the next.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: names.map((name) => `test/server-lib/${name}.test.ts`),
    exclude: ['**/*.properties.test.ts', '**/development-process.test.ts'],
  },
});
