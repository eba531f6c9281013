import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatekeeperError, quoted } from '../core/gatekeeper-error.ts';
import { readOptions } from '../core/read-options.ts';
import type { RulesSource } from '../rules/rules-source.ts';
import { readRules } from './judge-rules.ts';
import { keepFresh } from './keep-fresh.ts';
import { LastGood } from './last-good.ts';
import { lookAtFile } from './look-at-file.ts';
import { milliseconds } from './milliseconds.ts';
import { sourceOf } from './source.ts';

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
  const place = pathOf(file);
  const { pollInterval = 250 } = readOptions('fileSource', options, { pollInterval: true });
  const pause = milliseconds('fileSource: pollInterval', pollInterval);
  const lastGood = new LastGood(readRules);
  const look = lookAtFile(place);
  const freshness = keepFresh({ look, pauseAfter: () => pause, patience: 1 }, lastGood);
  return sourceOf(lastGood, freshness, async () => {});
}

function pathOf(file: unknown): string {
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
