import { BUILDS } from '../lib/build.mjs';
import { inRoot } from '../lib/root.mjs';
import { run } from '../lib/run.mjs';

// Builds dist/chrome, dist/chrome-devtools and dist/firefox, which the browsers load unpacked.

for (const build of BUILDS) {
  const vite = inRoot('node_modules/vite/bin/vite.js');
  // NODE_ENV selects the build of Preact, so it is fixed: the output must not depend on the caller's environment.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', '--mode', build], { env });
  console.log(`dist/${build}`);
}
