import { existsSync } from 'node:fs';
import path from 'node:path';
import { step } from './progress.mjs';
import { inRoot } from './root.mjs';
import { run } from './run.mjs';

/** The versions of Node, besides the current one, under which `npm run test:deep` runs the tests of the library. */
export const OTHER_NODES = { 22: '22.23.5', 24: '24.22.3', 26: '26.12.1' };

/**
 * The path of a Node of this version, installed from npm's package of Node for this system. It is installed outside the
 * project's packages, so that the lock file has no entry for one system only.
 */
export async function otherNode(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = inRoot(`node_modules/.cache/gatekeeper/node-${version}`);
  const program = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(program)) {
    const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder];
    await step(`Installing Node ${version}`, () =>
      run('npm', ['install', ...options, `${name}@${version}`], { shell: process.platform === 'win32' }),
    );
  }
  return program;
}
