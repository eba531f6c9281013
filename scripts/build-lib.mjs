// dist/server-lib: the package's JavaScript, types and JSON Schema.

import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { inRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const target = inRoot('dist/server-lib');
const fresh = inRoot(`dist/.server-lib-${process.pid}`); // beside the target, so that source maps keep their relative paths

try {
  const tsc = inRoot('node_modules/typescript/bin/tsc'); // not `tsc`: the older compilers for tests carry that name too
  await run(process.execPath, [tsc, '-p', 'server-lib', '--outDir', fresh, '--emitDeclarationOnly']);
  await bundle(fresh);
  cpSync(inRoot('server-lib/wire/manifest.schema.json'), path.join(fresh, 'wire/manifest.schema.json'));
  replace(target, fresh);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** A file for each entry point and some that they share: of sixty files, loading is most of what an import costs. */
async function bundle(folder) {
  const entries = readdirSync(inRoot('server-lib')).filter((file) => file.endsWith('.ts'));
  await build({
    configFile: false,
    root: inRoot(),
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((file) => [path.basename(file, '.ts'), inRoot('server-lib', file)])),
        external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js' },
      },
    },
  });
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
