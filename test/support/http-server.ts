import { type SpawnOptions, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** Starts a Node program that prints its port and nothing else; it ends with the test. Resolves to its origin. */
export function serve(args: readonly string[], options: SpawnOptions): Promise<string> {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill();
  });
  return new Promise((resolve, reject) => {
    let complaint = '';
    child.stderr?.on('data', (text) => {
      complaint += text;
    });
    child.stdout?.once('data', (port) => resolve(`http://127.0.0.1:${Number(port)}`));
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${complaint}`)));
  });
}
