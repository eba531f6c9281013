import { ensureBuilt } from '../lib/build.mjs';
import { endOnSignals } from '../lib/ending.mjs';
import { start } from '../lib/run.mjs';

// `npm run screenshots`: takes pictures of the popup with the demo shop: for the README in docs/pictures, for the stores in
// docs/store/pictures, and of every state of the popup in .tmp/states.

endOnSignals();
await ensureBuilt();
// The shop reads NODE_ENV: in development every user may override.
const env = { ...process.env, NODE_ENV: 'development' };
process.exitCode = await start(process.execPath, ['--import', 'tsx', 'test/e2e/pictures/screenshots.ts'], { env })
  .ended;
