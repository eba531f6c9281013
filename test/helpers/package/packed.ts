import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { ensureBuilt } from '../../../scripts/lib/build.mjs';
import { type ProgramResult, run } from '../processes/process.ts';
import { ROOT } from '../repository/source-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Runs `npm install` of tarballs and folders in `folder`, without the network. */
export function installInto(folder: string, packages: readonly string[]): Promise<ProgramResult> {
  return run('npm', ['install', '--offline', '--no-audit', '--install-links', ...packages, ...RUNTIME], {
    cwd: folder,
  });
}

// The package's dependencies are installed from our node_modules instead of the registry.
const { dependencies = {} } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const RUNTIME = Object.keys(dependencies).map((name) => path.join(ROOT, 'node_modules', name));

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser of the project (test/vitest.config.ts). */
    browser: 'chromium' | 'firefox';
    /** The path of the tarball that `npm pack` created. */
    tarball: string;
    /** The path of the node_modules that `npm install <tarball>` created. */
    installed: string;
  }
}

/** Packs and installs the package once for all tests, because npm takes seconds for each. */
export default async function packAndInstall(project: TestProject): Promise<() => void> {
  const shelf = temporaryFolder();
  await ensureBuilt();
  const { code, output } = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', shelf.path]);
  const tarball = path.join(shelf.path, readdirSync(shelf.path).find((name) => name.endsWith('.tgz')) ?? '');
  if (code !== 0) throw new Error(output);
  const folder = path.join(shelf.path, 'installed');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), '{}');
  const installation = await installInto(folder, [tarball]);
  if (installation.code !== 0) throw new Error(installation.output);
  project.provide('tarball', tarball);
  project.provide('installed', path.join(folder, 'node_modules'));
  return shelf.remove;
}
