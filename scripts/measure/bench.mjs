import { buildLibrary } from '../lib/build.mjs';
import { ensureInstalled } from '../lib/install.mjs';
import { start } from '../lib/run.mjs';

// `npm run bench`: compares the library with others (bench/), after installing and building what is needed. `-- decisions`
// runs one part.

try {
  await ensureInstalled();
  await ensureInstalled('bench');
  await buildLibrary();
  const { ended } = start(process.execPath, ['bench/run.mjs', ...process.argv.slice(2)]);
  process.exitCode = await ended;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
