import { type ChildProcess, spawn } from 'node:child_process';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { findPython } from '../../../scripts/lib/python.mjs';
import { ROOT } from '../repository/source-tree.ts';
import { type ProgramResult, run } from './process.ts';

/** A running Flask application. */
export interface FlaskServer {
  /** Without a slash at the end. */
  readonly origin: string;
  close(): void;
}

const python: string = findPython() ?? 'python3';
const options = { cwd: `${ROOT}/examples/flask`, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } };

/** Runs Python in examples/flask. */
export function runPython(...args: readonly string[]): Promise<ProgramResult> {
  return run(python, args, options);
}

/** Starts an application of examples/flask on a free port. */
export async function startFlask(program = 'app.py', ...args: readonly string[]): Promise<FlaskServer> {
  const child = spawn(python, [program, '0', ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const origin = await firstLine(child);
  return { origin, close: () => child.kill() };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.stdout?.once('data', (line) => resolve(String(line).trim()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Flask ended with ${code}: ${errors}`)));
  });
}
