import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { run } from '../processes/process.ts';
import { ROOT } from '../repository/source-tree.ts';

/** A folder with the package as `npm pack` packs it, and programs that use it. */
export interface PackedCopy {
  readonly folder: string;
  readonly tarball: string;
  remove(): void;
}

/**
 * Packs the package as it is in dist, into a folder inside the repository: programs there import the packed copy, and find all
 * other packages in our node_modules.
 */
export async function packedCopy(): Promise<PackedCopy> {
  const cache = path.join(ROOT, 'node_modules/.cache/gatekeeper');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'packed-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }'); // otherwise the name is that of the repository
    const target = path.join(folder, 'node_modules/gatekeeper-flags');
    mkdirSync(target, { recursive: true });
    await successful('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
    const tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
    await successful('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
    return { folder, tarball, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function successful(program: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output}`);
}

/**
 * Bundles a module's text, as if it were in the folder `from`, for a copy of the package: its imports of our entry points become
 * imports of the package. Returns the program's path.
 */
export async function bundleFor(
  { folder }: PackedCopy,
  { text, from }: { readonly text: string; readonly from: string },
): Promise<string> {
  const outfile = path.join(folder, 'program.mjs');
  const sources = path.join(ROOT, 'server-lib');
  await build({
    stdin: { contents: text, resolveDir: from },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'packed',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\..*\.ts$/ }, ({ path: to, resolveDir }) => {
            const { dir, name } = path.parse(path.resolve(resolveDir, to));
            if (dir !== sources) return undefined;
            return { path: name === 'index' ? 'gatekeeper-flags' : `gatekeeper-flags/${name}`, external: true };
          }),
      },
    ],
  });
  return outfile;
}
