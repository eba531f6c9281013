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
  /** Which compiler: a folder of our node_modules. */
  readonly compiler: string;
  readonly moduleResolution: 'node10' | 'node16' | 'nodenext' | 'bundler';
  readonly files: readonly string[];
}

export interface ConsumerOptions {
  /** What its package.json says of its `.js` and `.ts` files; ES modules where left out. */
  readonly type?: 'module' | 'commonjs';
}

/**
 * A copy of `test/consumers/<name>` that has the package as `npm install <tarball>` leaves it. Other packages are ours,
 * linked in under the name the consumer knows them by: `{ express: 'express4' }`.
 */
export function consumerOf(
  name: string,
  packages: Readonly<Record<string, string>>,
  { type = 'module' }: ConsumerOptions = {},
): Consumer {
  const folder = folderForThisTest();
  cpSync(path.join(ROOT, 'test/consumers', name), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  cpSync(inject('installed'), path.join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  for (const [as, ours] of Object.entries(packages)) {
    const link = path.join(folder, 'node_modules', as);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', ours), link);
  }
  return { folder, typeCheck: (settings) => typeCheck(folder, settings) };
}

function typeCheck(folder: string, { compiler, moduleResolution, files }: TypeCheck): Promise<ProgramResult> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2022',
    module: MODULE[moduleResolution],
    moduleResolution,
    ...(moduleResolution === 'node10' ? { esModuleInterop: true, ignoreDeprecations: deprecations(compiler) } : {}),
    types: ['node'],
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  return runNode([path.join(ROOT, 'node_modules', compiler, 'bin/tsc'), '--pretty', 'false'], { cwd: folder });
}

const MODULE = { node10: 'commonjs', node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' };

// TypeScript 6 still knows node10 and asks to be told that this is meant; 7 does not.
const deprecations = (compiler: string): string => (compiler === 'typescript-5.9' ? '5.0' : '6.0');
