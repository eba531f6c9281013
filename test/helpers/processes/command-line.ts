import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository/source-tree.ts';
import { folderForThisTest } from '../temporary-folder.ts';

/** The path of the built program, the package's `bin` entry. */
export const CLI: string = path.join(ROOT, 'dist/server-lib/cli.js');

/** A command's exit code and output. */
export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A shell prompt in a folder with some files. */
export interface CommandLine {
  readonly folder: string;
  /** Runs `gatekeeper-flags` with these arguments. */
  run(...args: readonly string[]): Promise<CommandResult>;
}

export function commandLine(
  files: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): CommandLine {
  const folder = folderForThisTest();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return { folder, run: (...args) => runCommand(process.execPath, [CLI, ...args], folder, environment) };
}

/** Runs a program without a terminal. */
export function runCommand(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...inherited, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

/** The environment in which a Node program prints its CPU time as the last line on stderr, for {@link cpuSeconds}. */
export const WITH_CPU_TIME: Readonly<Record<string, string>> = {
  NODE_OPTIONS:
    "--import=data:text/javascript,process.on('exit',()=>process.stderr.write(JSON.stringify(process.cpuUsage())))",
};

/** The CPU time in an output, in seconds: on a busy machine, a program takes longer, but hardly more CPU time. */
export function cpuSeconds(output: string): number {
  const { user, system } = JSON.parse(/\{"user":\d+,"system":\d+\}/.exec(output)?.[0] ?? '{}');
  return (user + system) / 1_000_000;
}
