import { spawn } from 'node:child_process';
import { closeAtEnd } from './ending.mjs';
import { ROOT } from './root.mjs';

/** Starts a program in the root of the repository; it ends with this process. `ended` resolves to its exit code. */
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

/** Runs a program without output and waits for its end. If it fails, throws an error with its output. */
export async function run(program, args, options = {}) {
  const { child, ended } = start(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with exit code ${code}\n${output}`);
  return output;
}
