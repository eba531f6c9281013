import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Look } from './keep-fresh.ts';
import { readTextFile } from './read-text-file.ts';

/**
 * Looks at a file by its path, anew each time: whatever a path leads to after a rename, a symlink swap or a remount is
 * what counts, also where the system tells nobody of changes (network and container mounts).
 */
export function lookAtFile(path: string): () => Promise<Look> {
  let seen: string | undefined;
  return async function look() {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (now !== undefined && stateOf(now) === seen) return 'unchanged';
    seen = undefined;
    const read = await readTextFile(path, 'The rules file');
    if ('error' in read) {
      // What is too large or no file is not opened again and again; what is merely missing costs nothing.
      seen = now && isSettled(now) ? stateOf(now) : undefined;
      return read;
    }
    if (isSettled(read.stats)) seen = stateOf(read.stats);
    return { text: read.text };
  };
}

function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/**
 * Whether a second change would show. File systems stamp times in steps (4 ms on ext4, 2 s on FAT), so a file that was
 * written just now is read once more later: git's "racily clean" entries.
 */
function isSettled({ mtimeMs, ctimeMs }: BigIntStats): boolean {
  const now = Date.now();
  return [mtimeMs, ctimeMs].every((time) => Math.abs(now - Number(time)) > STEP);
}

const STEP = 2_000;
