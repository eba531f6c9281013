// dist/chrome, dist/chrome-devtools and dist/firefox: what the browsers load unpacked.

import { BUILDS } from './lib/builds.mjs';
import { inRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

for (const build of BUILDS) {
  const vite = inRoot('node_modules/vite/bin/vite.js');
  // The caller's NODE_ENV would decide which build of Preact goes in: the artefact is the same whoever builds it.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', '--mode', build], { env });
  console.log(`dist/${build}`);
}
