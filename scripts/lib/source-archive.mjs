import { existsSync } from 'node:fs';
import { inRoot, ROOT } from './root.mjs';
import { run } from './run.mjs';
import { zippedFiles } from './zip.mjs';

/** A zip of all files that git tracks, in their current state, for the reviewers of a store to build from. */
export async function sourceArchive() {
  const tracked = (await run('git', ['ls-files', '-z'])).split('\0');
  return zippedFiles(
    ROOT,
    tracked.filter((file) => file !== '' && existsSync(inRoot(file))),
  );
}
