import { lstatSync, readFileSync } from 'node:fs';
import { say, step } from './progress.mjs';
import { inRoot } from './root.mjs';
import { run } from './run.mjs';

/** Installs the packages that a folder's package-lock.json names, unless exactly these are there already. */
export async function ensureInstalled(folder = '.') {
  const lock = (file) => readLock(inRoot(folder, file));
  if (isInstalled(lock('package-lock.json'), lock('node_modules/.package-lock.json'))) return;
  if (lstatSync(inRoot(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    return say('node_modules is a link and differs from package-lock.json; npm ci here would empty what it leads to');
  }
  // --include=dev: under NODE_ENV=production npm would leave out the compilers that the build needs.
  const cwd = inRoot(folder);
  await step(`Installing packages (npm ci${folder === '.' ? '' : ` in ${folder}`})`, () =>
    run('npm', ['ci', '--include=dev', '--loglevel=error'], { cwd, shell: process.platform === 'win32' }),
  );
}

/** Whether what npm wrote down after its last install (the hidden lock file) is what the lock file asks for. */
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
