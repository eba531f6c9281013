// `npm run package`: what is uploaded: a zip for each browser's store, and the npm tarball.

import { readFileSync, writeFileSync } from 'node:fs';
import { buildExtension } from './lib/build.mjs';
import { BUILDS } from './lib/builds.mjs';
import { endOnSignals } from './lib/ending.mjs';
import { step } from './lib/progress.mjs';
import { inRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';
import { zipped } from './lib/zip.mjs';

endOnSignals();
await buildExtension();
await step('Packing the library', () => run('npm', ['pack', '--pack-destination', 'dist'])); // prepack builds it
for (const build of BUILDS) {
  writeFileSync(inRoot(`dist/gatekeeper-${build}.zip`), zipped(inRoot('dist', build)));
  console.log(`dist/gatekeeper-${build}.zip`);
}
const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
console.log(`dist/${name}-${version}.tgz`);
