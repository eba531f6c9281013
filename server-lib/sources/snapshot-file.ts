import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GatekeeperError } from '../core/errors.ts';
import { nodeCrypto } from '../core/node-crypto.ts';
import { quoted } from '../core/values.ts';
import { readTextFile } from './file/read-text-file.ts';
import type { LastGoodDocument } from './last-good-document.ts';

export interface SnapshotFile {
  /** Resolves when all pending writes are done. */
  flushed(): Promise<void>;
}

/** Keeps a copy of the last good document in a file: read once at the start, written at each change. */
export function keepSnapshotFile(file: string, lastGood: LastGoodDocument): SnapshotFile {
  const target = path.resolve(file);
  let onDisk: string | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function restore(): Promise<void> {
    const read = await readTextFile(target, 'The snapshot');
    if ('error' in read) return; // not an error: before the first change there is no copy
    onDisk = read.text;
    await lastGood.restore(read.text, Math.max(0, Date.now() - Number(read.stats.mtimeMs)) / 1000);
  }

  async function write(): Promise<void> {
    const text = lastGood.current()?.document;
    if (typeof text !== 'string' || text === onDisk) return; // written already, with an earlier change
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

/** Replaces a file's content atomically: a reader, or a start after a power failure, sees the old text or the new one. */
async function replaceFile(target: string, text: string): Promise<void> {
  const fresh = `${target}.${nodeCrypto().randomUUID()}`;
  try {
    await writeFile(fresh, text, { flush: true, mode: 0o600 });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
