import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Ended, run, runNode } from './process.ts';
import { ROOT } from './source-tree.ts';
import { folderForThisTest } from './temporary-folder.ts';

/** A project outside the repository that has installed our tarball. */
export interface Consumer {
  readonly folder: string;
  typeCheck(settings: TypeCheck): Promise<Ended>;
}

export interface TypeCheck {
  /** Which compiler: a folder of our node_modules. */
  readonly compiler: string;
  readonly moduleResolution: 'nodenext' | 'bundler';
  readonly files: readonly string[];
}

/** `npm pack`, for real: its `prepack` builds the library. Resolves to the tarball's path. */
export async function packInto(folder: string): Promise<string> {
  const { code, output } = await run('npm', ['pack', '--pack-destination', folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || tarball === undefined) throw new Error(output);
  return path.join(folder, tarball);
}

/**
 * Installs the tarball into a copy of `test/consumers/<name>`, without the network. Other packages are ours, linked in
 * under the name the consumer knows them by: `{ express: 'express4' }`.
 */
export async function consumerOf(
  tarball: string,
  name: string,
  packages: Readonly<Record<string, string>>,
): Promise<Consumer> {
  const folder = folderForThisTest();
  cpSync(path.join(ROOT, 'test/consumers', name), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const options = ['--offline', '--no-audit', '--install-links'];
  const { code, output } = await run('npm', ['install', ...options, tarball, ...RUNTIME], { cwd: folder });
  if (code !== 0) throw new Error(output);
  for (const [as, ours] of Object.entries(packages)) {
    const link = path.join(folder, 'node_modules', as);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', ours), link);
  }
  return { folder, typeCheck: (settings) => typeCheck(folder, settings) };
}

// What the package depends on comes out of our node_modules, as it would come from the registry.
const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const RUNTIME = Object.keys(dependencies).map((name) => path.join(ROOT, 'node_modules', name));

function typeCheck(folder: string, { compiler, moduleResolution, files }: TypeCheck): Promise<Ended> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2022',
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    types: ['node'],
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  return runNode([path.join(ROOT, 'node_modules', compiler, 'bin/tsc'), '--pretty', 'false'], { cwd: folder });
}
