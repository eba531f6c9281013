// `npm run package`: what is uploaded: a zip for each browser's store, and the npm tarball.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { buildExtension } from './lib/build.mjs';
import { step } from './lib/progress.mjs';
import { inRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

await buildExtension();
for (const browser of ['chrome', 'firefox']) {
  const target = `dist/gatekeeper-${browser}.zip`;
  writeFileSync(inRoot(target), zipped(inRoot('dist', browser)));
  console.log(target);
}
await step('Packing the library', () => run('npm', ['pack', '--pack-destination', 'dist'])); // prepack builds it
for (const tarball of readdirSync(inRoot('dist')).filter((name) => name.endsWith('.tgz')))
  console.log(`dist/${tarball}`);

/** A zip of a folder: the same bytes for the same files, so that a store's reviewer can build and compare. */
function zipped(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
  const contents = Object.fromEntries(files.map((file) => [file, readFileSync(path.join(folder, file))]));
  // Zip has no time zone: fflate writes local time, so the date is given in local parts.
  return zipSync(contents, { level: 9, mtime: new Date(1980, 0, 1) });
}
