import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatekeeperError } from '../../core/errors.ts';
import { readOptions } from '../../core/read-options.ts';
import { quoted } from '../../core/values.ts';
import type { RulesSource } from '../../rules/rules-source.ts';
import { LastGoodDocument } from '../last-good-document.ts';
import { createSource, type FetchResult, startPolling, validatePollInterval } from '../poller.ts';
import { readRules } from '../validate-rules.ts';
import { readTextFile } from './read-text-file.ts';

export interface FileSourceOptions {
  /** Milliseconds between two looks at the file: 250 where nothing is said. */
  readonly pollInterval?: number;
}

/**
 * Rules from a file, taken within a second of a change. What is half-written, not valid, gone or not readable leaves the
 * last good document in force.
 *
 * It looks at the file's state four times a second instead of asking to be told: the system tells nobody of changes on
 * network and container mounts, and a watch stays with what a symbolic link led to when it began.
 */
export function fileSource(file: string | URL, options: FileSourceOptions = {}): RulesSource {
  const place = resolvePath(file);
  const { pollInterval = 250 } = readOptions('fileSource', options, { pollInterval: true });
  const pause = validatePollInterval('fileSource: pollInterval', pollInterval);
  const lastGood = new LastGoodDocument(readRules);
  const result = createFileFetcher(place);
  const poller = startPolling({ fetch: result, delayAfter: () => pause, toleratedFailures: 1 }, lastGood);
  return createSource(lastGood, poller, async () => {});
}

function resolvePath(file: unknown): string {
  try {
    if (file instanceof URL) return fileURLToPath(file);
  } catch {
    // Of another scheme, or on another host.
  }
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return path.resolve(file);
  throw new GatekeeperError(
    'ERR_GK_OPTIONS',
    `fileSource: expected a path or a file: URL; got ${quoted(file instanceof URL ? file.protocol : file)}`,
  );
}

/**
 * Looks at a file by its path, anew each time: whatever a path leads to after a rename, a symlink swap or a remount is
 * what counts, also where the system tells nobody of changes (network and container mounts).
 */
export function createFileFetcher(path: string): () => Promise<FetchResult> {
  let seen: string | undefined;
  return async function look() {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (now !== undefined && fileVersion(now) === seen) return 'unchanged';
    seen = undefined;
    const read = await readTextFile(path, 'The rules file');
    if ('error' in read) {
      // What is too large or no file is not opened again and again; what is merely missing costs nothing.
      seen = now && isSettled(now) ? fileVersion(now) : undefined;
      return read;
    }
    if (isSettled(read.stats)) seen = fileVersion(read.stats);
    return { text: read.text };
  };
}

function fileVersion({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/**
 * Whether a second change would show. File systems stamp times in steps (4 ms on ext4, 2 s on FAT), so a file that was
 * written just now is read once more later: git's "racily clean" entries.
 */
function isSettled({ mtimeMs, ctimeMs }: BigIntStats): boolean {
  const now = Date.now();
  return [mtimeMs, ctimeMs].every((time) => Math.abs(now - Number(time)) > TIMESTAMP_RESOLUTION_MS);
}

const TIMESTAMP_RESOLUTION_MS = 2_000;
