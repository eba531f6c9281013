import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { type ProgramResult, runNode } from '../processes/process.ts';
import { ROOT } from '../repository/source-tree.ts';
import { folderForThisTest } from '../temporary-folder.ts';

/** A project outside the repository that has installed our tarball. */
export interface Consumer {
  readonly folder: string;
  typeCheck(settings: TypeCheck): Promise<ProgramResult>;
}

export interface TypeCheck {
  /** The compiler's folder in our node_modules. */
  readonly compiler: string;
  readonly moduleResolution: 'node10' | 'node16' | 'nodenext' | 'bundler';
  readonly files: readonly string[];
  /** Whether the types of other packages are not checked. */
  readonly skipLibCheck?: boolean;
}

export interface ConsumerOptions {
  /** The `type` in its package.json; `module` by default. */
  readonly type?: 'module' | 'commonjs';
}

/**
 * A copy of `test/consumers/<name>` with the package as `npm install <tarball>` installs it. Other packages are links to
 * ours, under the name that the consumer imports: `{ express: 'express4' }`, or to an absolute path.
 */
export function consumerOf(
  name: string,
  packages: Readonly<Record<string, string>>,
  { type = 'module' }: ConsumerOptions = {},
): Consumer {
  const folder = installedCopy(path.join('test/consumers', name), packages);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  return { folder, typeCheck: (settings) => typeCheck(folder, settings) };
}

/** A copy of a folder of the repository in which the package is installed, and links to other packages; its path. */
export function installedCopy(source: string, packages: Readonly<Record<string, string>>): string {
  const folder = folderForThisTest();
  cpSync(path.join(ROOT, source), folder, { recursive: true });
  cpSync(inject('installed'), path.join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  for (const [as, ours] of Object.entries(packages)) {
    const link = path.join(folder, 'node_modules', as);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.resolve(ROOT, 'node_modules', ours), link);
  }
  return folder;
}

function typeCheck(
  folder: string,
  { compiler, moduleResolution, files, skipLibCheck = false }: TypeCheck,
): Promise<ProgramResult> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck,
    target: 'es2022',
    module: MODULE[moduleResolution],
    moduleResolution,
    ...(moduleResolution === 'node10' ? { esModuleInterop: true, ignoreDeprecations: deprecations(compiler) } : {}),
    types: ['node'],
    experimentalDecorators: true,
    jsx: 'react-jsx',
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  return runNode([path.join(ROOT, 'node_modules', compiler, 'bin/tsc'), '--pretty', 'false'], { cwd: folder });
}

const MODULE = { node10: 'commonjs', node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' };

// TypeScript 6 accepts node10 only with `ignoreDeprecations`; TypeScript 7 does not have it.
const deprecations = (compiler: string): string => (compiler === 'typescript-5.9' ? '5.0' : '6.0');
