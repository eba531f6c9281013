import { readdirSync, statSync } from 'node:fs';
import { step } from './progress.mjs';
import { inRoot } from './root.mjs';
import { run } from './run.mjs';

/** The builds of the extension. A copy of extension/manifest.ts, which Node 20 cannot import before packages are installed. */
export const BUILDS = ['chrome', 'chrome-devtools', 'firefox'];

// Everything a build depends on besides its own sources.
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** Builds the library and the extension, each only if a source is newer than its output. */
export async function ensureBuilt() {
  const library = ['server-lib', 'extension', 'vite.config.ts', 'scripts/release/build-lib.mjs', ...SETTINGS]; // its page
  if (isStale('dist/server-lib/index.js', library)) await buildLibrary();
  const sources = ['extension', 'server-lib/wire', 'server-lib/wire.ts', 'vite.config.ts', ...SETTINGS];
  const outputs = BUILDS.map((build) => `dist/${build}/manifest.json`);
  if (outputs.some((output) => isStale(output, sources))) await buildExtension();
}

/** Builds dist/chrome, dist/chrome-devtools and dist/firefox. */
function buildExtension() {
  return step('Building the extension', () => run(process.execPath, ['scripts/release/build-extension.mjs']));
}

/** Builds dist/server-lib and dist/page. */
export function buildLibrary() {
  return step('Building the library', () => run(process.execPath, ['scripts/release/build-lib.mjs']));
}

/**
 * Whether a file in the sources (paths of files or folders from the root) is newer than the output, or the output is
 * missing.
 */
function isStale(output, sources) {
  const built = statSync(inRoot(output), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((source) => newest(source) > built);
}

function newest(source) {
  const stat = statSync(inRoot(source), { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  const inside = readdirSync(inRoot(source)).map((name) => newest(`${source}/${name}`));
  return Math.max(stat.mtimeMs, ...inside); // the time of the folder changes when a file is removed
}
