import { spawn } from 'node:child_process';
import { closeAtEnd } from './ending.mjs';
import { ROOT } from './root.mjs';

/** Starts a program in the repository's root; it ends when we end. `ended` resolves to its exit code. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  const exited = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  const forget = closeAtEnd(() => {
    child.kill();
    return exited;
  });
  return { child, ended: exited.finally(forget) };
}

/** Runs a program to its end, silently; when it fails, throws what it printed. */
export async function run(program, args, options = {}) {
  const { child, ended } = start(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${code}\n${output}`);
  return output;
}
