import { BUILDS } from './builds.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';
import { isStale } from './stale.mjs';

// Everything a build depends on besides its own sources.
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** Builds the library and the extension, each only if a source is newer than its output. */
export async function ensureBuilt() {
  if (isStale('dist/server-lib/index.js', ['server-lib', 'scripts/build-lib.mjs', ...SETTINGS])) await buildLibrary();
  const sources = ['extension', 'server-lib/wire', 'server-lib/wire.ts', 'vite.config.ts', ...SETTINGS];
  const outputs = BUILDS.map((build) => `dist/${build}/manifest.json`);
  if (outputs.some((output) => isStale(output, sources))) await buildExtension();
}

/** Builds dist/chrome, dist/chrome-devtools and dist/firefox. */
function buildExtension() {
  return step('Building the extension', () => run(process.execPath, ['scripts/build-extension.mjs']));
}

/** Builds dist/server-lib. */
export function buildLibrary() {
  return step('Building the library', () => run(process.execPath, ['scripts/build-lib.mjs']));
}
