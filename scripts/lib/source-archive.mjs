import { existsSync } from 'node:fs';
import { inRoot, ROOT } from './root.mjs';
import { run } from './run.mjs';
import { zippedFiles } from './zip.mjs';

/** What a store's reviewer builds from: the files that git tracks, as they are now. */
export async function sourceArchive() {
  const tracked = (await run('git', ['ls-files', '-z'])).split('\0');
  return zippedFiles(
    ROOT,
    tracked.filter((file) => file !== '' && existsSync(inRoot(file))),
  );
}
