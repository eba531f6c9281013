import { lstatSync, readFileSync } from 'node:fs';
import { printProgress, step } from './progress.mjs';
import { inRoot } from './root.mjs';
import { run } from './run.mjs';

/** Installs the packages in the package-lock.json of a folder, unless exactly these are installed. */
export async function ensureInstalled(folder = '.') {
  const lock = (file) => readLock(inRoot(folder, file));
  if (isInstalled(lock('package-lock.json'), lock('node_modules/.package-lock.json'))) return;
  if (lstatSync(inRoot(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    return printProgress(
      'node_modules is a link and differs from package-lock.json; run npm ci in the folder that it links to',
    );
  }
  // --include=dev: with NODE_ENV=production, npm would omit the compilers that the build needs.
  const cwd = inRoot(folder);
  await step(`Installing packages (npm ci${folder === '.' ? '' : ` in ${folder}`})`, () =>
    run('npm', ['ci', '--include=dev', '--loglevel=error'], { cwd, shell: process.platform === 'win32' }),
  );
}

/** Whether npm's record of its last install (the hidden lock file) matches the lock file. */
export function isInstalled(wanted, present) {
  if (!wanted || !present) return false;
  return Object.entries(wanted.packages).every(
    ([where, { version, optional }]) => where === '' || optional || present.packages[where]?.version === version,
  );
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The optional dependencies that are missing from a lock file: `{ name, version, wantedBy }`. */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([where, wantedBy]) =>
    Object.entries(wantedBy.optionalDependencies ?? {})
      .filter(([name]) => !places(where, name).some((place) => place in packages))
      .map(([name, version]) => ({ name, version, wantedBy })),
  );
}

// The folders in Node's order: for a/node_modules/b, a/node_modules/b/node_modules/, a/node_modules/ and node_modules/.
function places(where, name) {
  const parents = [''];
  for (let at = where.indexOf('node_modules/'); at >= 0; at = where.indexOf('node_modules/', at + 1)) {
    const end = where.indexOf('/node_modules/', at);
    parents.push(`${end < 0 ? where : where.slice(0, end)}/`);
  }
  return parents.map((parent) => `${parent}node_modules/${name}`);
}
