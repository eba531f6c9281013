// dist/server-lib: the package's JavaScript, types and JSON Schema.

import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const target = inRoot('dist/server-lib');
const fresh = inRoot(`dist/.server-lib-${process.pid}`); // beside the target, so that source maps keep their relative paths

try {
  const tsc = inRoot('node_modules/typescript/bin/tsc'); // not `tsc`: the older compilers for tests carry that name too
  await run(process.execPath, [tsc, '-p', 'server-lib', '--outDir', fresh]);
  cpSync(inRoot('server-lib/wire/manifest.schema.json'), path.join(fresh, 'wire/manifest.schema.json'));
  replace(target, fresh);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** Moves each new file over its old one, then removes what is left of the old: a running reader never meets a gap. */
function replace(old, next) {
  const files = filesIn(next);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(old, file)), { recursive: true });
    renameSync(path.join(next, file), path.join(old, file));
  }
  for (const file of filesIn(old)) if (!files.includes(file)) rmSync(path.join(old, file));
}

function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
