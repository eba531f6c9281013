import { type SpawnOptions, spawn } from 'node:child_process';
import { ROOT } from './source-tree.ts';

/** How a program ended, and everything it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, in the repository's root unless told otherwise. */
export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Runs a JavaScript program with this very Node. */
export function runNode(args: readonly string[], options?: SpawnOptions): Promise<Ended> {
  return run(process.execPath, args, options);
}
