// dist/chrome and dist/firefox: what the browsers load unpacked.

import { inRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

for (const browser of ['chrome', 'firefox']) {
  const vite = inRoot('node_modules/vite/bin/vite.js');
  // The caller's NODE_ENV would decide which build of Preact goes in: the artefact is the same whoever builds it.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', '--mode', browser], { env });
  console.log(`dist/${browser}`);
}
