import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, run } from './process.ts';
import { ROOT } from './source-tree.ts';

/** Runs `npm install` of tarballs and folders in `folder`, without the network. */
export function installInto(folder: string, packages: readonly string[]): Promise<Ended> {
  return run('npm', ['install', '--offline', '--no-audit', '--install-links', ...packages, ...RUNTIME], {
    cwd: folder,
  });
}

// What the package depends on comes out of our node_modules, as it would come from the registry.
const { dependencies = {} } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const RUNTIME = Object.keys(dependencies).map((name) => path.join(ROOT, 'node_modules', name));
