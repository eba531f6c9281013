import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../processes/process.ts';
import { ROOT, type SourceFile } from './source-tree.ts';

const BINARY = /\.(png|ico|woff2?|gz|zip)$/;

/** Every text file that git tracks. */
export async function trackedFiles(): Promise<readonly SourceFile[]> {
  const { code, output } = await run('git', ['ls-files', '-z']);
  if (code !== 0) throw new Error(output);
  const names = output
    .split('\0')
    .filter((name) => name !== '' && !BINARY.test(name) && existsSync(path.join(ROOT, name)));
  return names.map((name) => ({ path: name, text: readFileSync(path.join(ROOT, name), 'utf8') }));
}
