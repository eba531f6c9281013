import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';

/** A zip of a folder: the same bytes for the same files, so that a store's reviewer can build and compare. */
export function zipped(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  return zippedFiles(folder, files);
}

/** A zip of some files of a folder. */
export function zippedFiles(folder, files) {
  const contents = Object.fromEntries([...files].sort().map((file) => [file, readFileSync(path.join(folder, file))]));
  // Zip has no time zone: fflate writes local time, so the date is given in local parts.
  return zipSync(contents, { level: 9, mtime: new Date(1980, 0, 1) });
}
