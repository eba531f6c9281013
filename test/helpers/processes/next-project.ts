import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packedCopy } from '../package/packed-copy.ts';
import { ROOT } from '../repository/source-tree.ts';
import { run, runNode } from './process.ts';

/** A version of Next: that of our node_modules, or an earlier one. */
export type NextVersion = 'next' | 'next15';

/** An application of Next that was built, in a folder of its own. */
export interface NextProject {
  start(env: Readonly<Record<string, string>>): Promise<NextServer>;
  remove(): void;
}

export interface NextServer {
  /** Without a slash at the end. */
  readonly origin: string;
  /** Everything that it has printed. */
  output(): string;
  close(): void;
}

// What Next needs beside itself.
const PACKAGES = [
  '@next',
  '@swc',
  'baseline-browser-mapping',
  'caniuse-lite',
  'client-only',
  'nanoid',
  'picocolors',
].concat(['postcss', 'react', 'react-dom', 'scheduler', 'source-map-js', 'styled-jsx', 'tslib']);
const PROXY: Readonly<Record<NextVersion, readonly [file: string, text: string]>> = {
  next: ['proxy.js', "export { proxy } from './flags.js';\n"],
  next15: [
    'middleware.js',
    "export { proxy as middleware } from './flags.js';\nexport const config = { runtime: 'nodejs' };\n",
  ],
};
const ENV = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

/**
 * Builds the application in the folder `source` of the repository, whose flags.js exports `proxy`, with the packed package.
 * `prepare` may add files.
 */
export async function buildNextProject(
  source: string,
  version: NextVersion,
  prepare: (folder: string) => unknown = () => {},
): Promise<NextProject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatekeeper-next-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(path.join(ROOT, source), folder, { recursive: true });
    await installPackages(folder, version);
    const [file, text] = PROXY[version];
    writeFileSync(path.join(folder, file), text);
    await prepare(folder);
    const { code, output } = await runNode([nextIn(folder), 'build'], {
      cwd: folder,
      env: { ...ENV, NODE_ENV: 'production' },
    });
    if (code !== 0) throw new Error(`next build ended with ${code}: ${output}`);
  } catch (error) {
    remove();
    throw error;
  }
  return { remove, start: (env) => start(folder, env) };
}

const nextIn = (folder: string): string => path.join(folder, 'node_modules/next/dist/bin/next');

/** Copies packages, because Turbopack follows no link out of a project, and each version of Next requires itself by name. */
async function installPackages(folder: string, version: NextVersion): Promise<void> {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  const from = version === 'next' ? path.join(ROOT, 'node_modules') : await installNext15();
  const packages = ['next', ...PACKAGES].map((name) => path.join(from, name));
  const openFeature = path.join(ROOT, 'node_modules/@openfeature'); // for an application that uses it
  await copy([...packages.filter((one) => existsSync(one)), openFeature, modules]);
  const packed = await packedCopy();
  cpSync(path.join(packed.folder, 'node_modules'), modules, { recursive: true });
  packed.remove();
}

let next15: Promise<string> | undefined;

/** A node_modules folder with Next 15. It is not one of our packages: npm ci would take a quarter longer. */
export function installNext15(): Promise<string> {
  next15 ??= (async () => {
    const folder = path.join(ROOT, 'node_modules/.cache/gatekeeper/next15');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{}');
    const { code, output } = await run('npm', ['install', '--no-audit', '--prefix', folder, ...NEXT15]);
    if (code !== 0) throw new Error(output);
    return path.join(folder, 'node_modules');
  })();
  return next15;
}

const NEXT15 = ['next@^15.5.29', 'react@^19.3.1', 'react-dom@^19.3.1'];

/** Copies as hard links, where the file system can: Next has 200 MB. */
async function copy(paths: readonly string[]): Promise<void> {
  const { code } = await run('cp', ['-al', ...paths]);
  if (code !== 0) await run('cp', ['-a', ...paths]);
}

function start(folder: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [nextIn(folder), 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...ENV, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise<NextServer>((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
        if (origin !== undefined && output.includes('Ready')) {
          resolve({ origin, output: () => output, close: () => child.kill() });
        }
      });
    }
    child.once('exit', (code) => reject(new Error(`next start ended with ${code}: ${output}`)));
  });
}
