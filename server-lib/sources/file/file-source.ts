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
  /** Milliseconds between two checks of the file. Default: 250. */
  readonly pollInterval?: number;
}

/**
 * Rules from a file. A change is used within a second. If the file is half-written, invalid, missing or not readable, the last
 * good document stays in force.
 *
 * The source checks the file's state four times a second instead of watching it: network and container mounts do not report
 * changes, and a watch stays with the file that a symbolic link pointed to when it started.
 */
export function fileSource(file: string | URL, options: FileSourceOptions = {}): RulesSource {
  const absolutePath = resolvePath(file);
  const { pollInterval = 250 } = readOptions('fileSource', options, { pollInterval: true });
  const interval = validatePollInterval('fileSource: pollInterval', pollInterval);
  const lastGood = new LastGoodDocument(readRules);
  const fetch = createFileFetcher(absolutePath);
  const poller = startPolling({ fetch, delayAfter: () => interval, toleratedFailures: 1 }, lastGood);
  return createSource(lastGood, poller, async () => {});
}

function resolvePath(file: unknown): string {
  try {
    if (file instanceof URL) return fileURLToPath(file);
  } catch {
    // Another scheme, or a file on another host.
  }
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return path.resolve(file);
  throw new GatekeeperError(
    'ERR_GK_OPTIONS',
    `fileSource: the file must be a path or a file: URL; got ${quoted(file instanceof URL ? file.protocol : file)}`,
  );
}

/**
 * Creates a function that reads the file if its state has changed. It resolves the path each time, so it also notices a
 * rename, a swapped symbolic link and a remount.
 */
export function createFileFetcher(path: string): () => Promise<FetchResult> {
  let lastVersion: string | undefined;
  return async function fetchFile() {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (now !== undefined && fileVersion(now) === lastVersion) return 'unchanged';
    lastVersion = undefined;
    const read = await readTextFile(path, 'The rules file');
    if ('error' in read) {
      // A file that is too large, or that is not a file, is not opened again until it changes.
      lastVersion = now && isSettled(now) ? fileVersion(now) : undefined;
      return read;
    }
    if (isSettled(read.stats)) lastVersion = fileVersion(read.stats);
    return { text: read.text };
  };
}

function fileVersion({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/**
 * Whether a later change would change the file's times. File systems have a time resolution (4 ms on ext4, 2 s on FAT), so a
 * file that was written just now is read again later: git's "racily clean" entries.
 */
function isSettled({ mtimeMs, ctimeMs }: BigIntStats): boolean {
  const now = Date.now();
  return [mtimeMs, ctimeMs].every((time) => Math.abs(now - Number(time)) > TIMESTAMP_RESOLUTION_MS);
}

const TIMESTAMP_RESOLUTION_MS = 2_000;
