import { readFileSync, writeFileSync } from 'node:fs';
import { BUILDS } from '../lib/build.mjs';
import { endOnSignals } from '../lib/ending.mjs';
import { step } from '../lib/progress.mjs';
import { inRoot } from '../lib/root.mjs';
import { run } from '../lib/run.mjs';
import { sourceArchive, zipFolder } from '../lib/zip.mjs';

// `npm run package`: makes the files to upload: a zip of each build for the browser stores, the sources for their reviewers,
// and the npm tarball. The texts and pictures for the stores are in docs/store.

endOnSignals();
// prepack builds the library and the extension.
await step('Building and packing', () => run('npm', ['pack', '--pack-destination', 'dist']));
for (const build of BUILDS) write(`gatekeeper-${build}.zip`, zipFolder(inRoot('dist', build)));
write('gatekeeper-source.zip', await sourceArchive());
const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
console.log(`dist/${name}-${version}.tgz`);

function write(file, bytes) {
  writeFileSync(inRoot('dist', file), bytes);
  console.log(`dist/${file}`);
}
