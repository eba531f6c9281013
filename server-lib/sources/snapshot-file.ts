import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GatekeeperError } from '../core/errors.ts';
import { quoted } from '../core/values.ts';
import { readTextFile } from './file/read-text-file.ts';
import type { LastGoodDocument } from './last-good-document.ts';

export interface SnapshotFile {
  /** Resolves when nothing is left to write. */
  flushed(): Promise<void>;
}

/** Keeps a copy of the last good document in a file: read once, when there is nothing else, and written at each change. */
export function keepSnapshotFile(file: string, lastGood: LastGoodDocument): SnapshotFile {
  const target = path.resolve(file);
  let onDisk: string | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function restore(): Promise<void> {
    const read = await readTextFile(target, 'The snapshot');
    if ('error' in read) return; // as before the first change: no copy yet, and Redis may well be there
    onDisk = read.text;
    await lastGood.restore(read.text, Math.max(0, Date.now() - Number(read.stats.mtimeMs)) / 1000);
  }

  async function write(): Promise<void> {
    const text = lastGood.current()?.document;
    if (typeof text !== 'string' || text === onDisk) return; // a change that came while the one before was written
    try {
      await replaceFile(target, text);
      onDisk = text;
    } catch (cause) {
      lastGood.reportFailure(
        new GatekeeperError('ERR_GK_RULES_SOURCE', `The snapshot ${quoted(target)} cannot be written`, { cause }),
      );
    }
  }

  const restored = restore();
  writing = restored;
  lastGood.onChange((event) => {
    if (event.kind === 'changed') writing = writing.then(write);
  });
  return { flushed: () => writing };
}

/** Puts a text in a file's place in one step: a reader, or a start after a power cut, meets the old one or the new one. */
async function replaceFile(target: string, text: string): Promise<void> {
  const fresh = `${target}.${randomUUID()}`;
  try {
    await writeFile(fresh, text, { flush: true, mode: 0o600 });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
