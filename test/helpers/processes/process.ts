import { type SpawnOptions, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { ROOT } from '../repository/source-tree.ts';

/** A program's exit code, and everything that it printed. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, by default in the repository's root. */
export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<ProgramResult> {
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

/** Runs a JavaScript program with the Node that runs the tests. */
export function runNode(args: readonly string[], options?: SpawnOptions): Promise<ProgramResult> {
  return run(process.execPath, args, options);
}

/** Starts a Node program that prints only its port, and ends it with the test. Resolves to its origin. */
export function startServerProgram(args: readonly string[], options: SpawnOptions): Promise<string> {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill();
  });
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.stdout?.once('data', (line) => resolve(`http://127.0.0.1:${/(\d+)\s*$/.exec(String(line))?.[1]}`));
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
}
