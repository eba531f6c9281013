import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { inRoot, ROOT } from './root.mjs';
import { run } from './run.mjs';

/** A zip of a folder. The same files give the same bytes, so that the reviewers of a store can build and compare. */
export function zipFolder(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  return zipFiles(folder, files);
}

/** A zip of some files of a folder. */
function zipFiles(folder, files) {
  const contents = Object.fromEntries([...files].sort().map((file) => [file, readFileSync(path.join(folder, file))]));
  // Zip has no time zone and fflate writes local time, so the date is in local time.
  return zipSync(contents, { level: 9, mtime: new Date(1980, 0, 1) });
}

/** A zip of all files that git tracks, in their current state, for the reviewers of a store to build from. */
export async function sourceArchive() {
  const tracked = (await run('git', ['ls-files', '-z'])).split('\0');
  return zipFiles(
    ROOT,
    tracked.filter((file) => file !== '' && existsSync(inRoot(file))),
  );
}
