import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { inRoot } from '../lib/root.mjs';
import { run } from '../lib/run.mjs';

// Builds dist/server-lib: the JavaScript of the package (ES modules and CommonJS), its types and its JSON
// Schema, and dist/page: the override page, which is a module of the package, too.

const target = inRoot('dist/server-lib');
const fresh = inRoot(`dist/.server-lib-${process.pid}`); // beside the target, so that source maps keep their relative paths
const freshPage = inRoot(`dist/.page-${process.pid}`);

// Loading files is most of the import time. With eight shared files instead of two, the package takes a fifth longer to import.
const SHARED_FILES = [
  { name: 'wire', test: /server-lib[\\/]wire[\\/]/ },
  { name: 'library', test: /server-lib[\\/](?:(?:core|permission|rules)[\\/]|index\.ts$)/ },
];

try {
  const tsc = inRoot('node_modules/typescript/bin/tsc'); // not `tsc`: the older compilers for tests have that name too
  await run(process.execPath, [tsc, '-p', 'server-lib', '--outDir', fresh, '--emitDeclarationOnly']);
  const entries = entryPoints();
  await buildPage();
  await bundle(fresh, 'es', entries);
  const inCommonJs = entries.filter((name) => name !== 'cli'); // a program, which no module requires
  await bundle(fresh, 'cjs', inCommonJs);
  for (const name of inCommonJs) await writeCommonJsTypes(fresh, name);
  cpSync(inRoot('server-lib/wire/manifest.schema.json'), path.join(fresh, 'wire/manifest.schema.json'));
  replace(target, fresh);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const folder of [fresh, freshPage]) rmSync(folder, { recursive: true, force: true });
}

/** Builds the override page into dist/page, from where the sources of the library read it. */
async function buildPage() {
  const vite = inRoot('node_modules/vite/bin/vite.js');
  const env = { ...process.env, NODE_ENV: 'production' }; // as for the extension
  await run(process.execPath, [vite, 'build', '--mode', 'page', '--outDir', freshPage], { env });
  replace(inRoot('dist/page'), freshPage);
}

/** Puts the files of the override page into the module that exports them, so that they are there in every bundle. */
function withPageFiles() {
  return {
    name: 'gatekeeper:with-page-files',
    load(id) {
      if (!id.endsWith('/page/page-files.ts')) return undefined;
      const folder = inRoot('dist/page');
      const files = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);
      const code = `export const PAGE_FILES = ${JSON.stringify(Object.fromEntries(files))};`;
      return { code, map: { mappings: '' } };
    },
  };
}

/**
 * Escapes characters outside ASCII. V8 reads a file of ASCII as one byte a character: for a dozen others, the whole library took a
 * fifth longer to import (Node 20).
 */
function inAscii() {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'gatekeeper:in-ascii',
    // After the last step that prints code, which would undo it.
    generateBundle(_, files) {
      for (const file of Object.values(files)) {
        if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
      }
    },
  };
}

function entryPoints() {
  const files = readdirSync(inRoot('server-lib')).filter((file) => file.endsWith('.ts'));
  return files.map((file) => path.basename(file, '.ts'));
}

/** Writes one file for each entry point and some shared ones. */
async function bundle(folder, format, names) {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  await build({
    configFile: false,
    root: inRoot(),
    logLevel: 'warn',
    plugins: [withPageFiles(), inAscii()],
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      sourcemap: format === 'es',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, inRoot('server-lib', `${name}.ts`)])),
        external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
        output: {
          format,
          exports: 'named',
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `shared/[name].${extension}`,
          codeSplitting: { groups: SHARED_FILES },
          dynamicImportInCjs: false, // Jest runs CommonJS without `import()`
        },
      },
    },
  });
}

/**
 * Writes the types for `require`. They are the declarations for `import`, so that a program that uses both has one `Register`
 * and one `req.gk`.
 */
async function writeCommonJsTypes(folder, name) {
  const module = await import(pathToFileURL(path.join(folder, `${name}.js`)).href);
  const values = Object.entries(module).map(([key, value]) => {
    const isClass = typeof value === 'function' && /^class\b/.test(String(value));
    const type = isClass ? `export type ${key} = esm.${key};\n` : '';
    return `export declare const ${key}: typeof esm.${key};\n${type}`;
  });
  const from = `from './${name}.js' with { 'resolution-mode': 'import' };\n`;
  const text = `import type * as esm ${from}export type * ${from}${values.join('')}`;
  writeFileSync(path.join(folder, `${name}.d.cts`), text);
}

/** Moves each new file over its old one, then removes the other old files, so that no file is missing in between. */
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
