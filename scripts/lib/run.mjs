import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

/** Starts a program in the repository's root. It ends when we end. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  const kill = () => child.kill();
  process.once('exit', kill);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  }).finally(() => process.off('exit', kill));
  return { child, ended };
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
