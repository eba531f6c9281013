import { GatekeeperError } from '../core/errors.ts';
import { quoted } from '../core/values.ts';
import type { RulesSource } from '../rules/rules-source.ts';
import { LastGoodDocument } from './last-good-document.ts';
import { createSource, type FetchResult, startPolling, validatePollInterval } from './poller.ts';
import { keepSnapshotFile } from './snapshot-file.ts';
import { readRules } from './validate-rules.ts';

/** The options of every source on another machine. */
export interface RemoteOptions {
  /** Milliseconds between two polls while no change is announced. */
  readonly pollInterval?: number | undefined;
  /** A file that stores the last good document, for a start while the store is down. */
  readonly snapshot?: string | undefined;
}

/** The options of a source whose store announces changes. */
export interface AnnouncedOptions extends RemoteOptions {
  /**
   * Milliseconds over which servers spread their reads after an announcement: each waits for a random part of it. Default: by the
   * size of the document, so that a large one does not go to every server at the same time.
   */
  readonly spread?: number | undefined;
}

/** How one kind of store is read. */
export interface RemoteStore {
  /** The name of the function that the application called, for messages. */
  readonly owner: string;
  /** The default of `pollInterval`. */
  readonly pollInterval: number;
  /** The longest delay after failures, in milliseconds. */
  readonly longestBackoff?: number;
  connect(events: StoreEvents): StoreFetcher;
}

export interface StoreFetcher {
  fetch(): Promise<FetchResult>;
  close(): void;
}

/** What a store tells its source between two fetches. */
export interface StoreEvents {
  /** A document was published, and servers should spread their reads over this many milliseconds. */
  published(spread: number): void;
  /** The connection was lost. */
  disconnected(): void;
  /** The text of the document that is in force. */
  currentText(): unknown;
}

/** A source that polls a store, and reads it at once when the store announces a change. */
export function remoteSource(store: RemoteStore, options: AnnouncedOptions): RulesSource {
  const { owner, longestBackoff } = store;
  const { pollInterval = store.pollInterval, snapshot } = options;
  const interval = validatePollInterval(`${owner}: pollInterval`, pollInterval);
  if (snapshot !== undefined && (typeof snapshot !== 'string' || snapshot === '')) {
    const what = `snapshot must be the path of a file; got ${quoted(snapshot)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${what}`);
  }
  validateSpread(owner, options.spread);
  const lastGood = new LastGoodDocument(readRules);
  const snapshotFile = snapshot === undefined ? undefined : keepSnapshotFile(snapshot, lastGood);
  const fetcher = store.connect({
    published: (spread) => poller.fetchWithin(Math.random() * (options.spread ?? Math.min(spread, MAX_SPREAD_MS))),
    disconnected: () => poller.fetchWithin(backoffDelay(1)),
    currentText: () => lastGood.current()?.document,
  });
  const delayAfter = (failures: number): number =>
    failures === 0 ? pollDelay(interval) : backoffDelay(failures, longestBackoff);
  const poller = startPolling({ fetch: fetcher.fetch, delayAfter, toleratedFailures: 0 }, lastGood);
  return createSource(lastGood, poller, async () => {
    fetcher.close();
    await snapshotFile?.flushed();
  });
}

function validateSpread(owner: string, spread: unknown): void {
  if (spread === undefined || (typeof spread === 'number' && spread >= 0 && spread <= MAX_OWN_SPREAD_MS)) return;
  const what = `spread must be from 0 to ${MAX_OWN_SPREAD_MS} milliseconds; got ${quoted(spread)}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${what}`);
}

const MAX_OWN_SPREAD_MS = 600_000;
/** The longest default: with the read and the compilation, every server has the document within five seconds. */
export const MAX_SPREAD_MS = 3_500;

/** Up to a quarter less than the interval, so that servers that were started together do not poll together. */
function pollDelay(interval: number): number {
  return interval * (1 - Math.random() / 4);
}

/**
 * Milliseconds to wait after this many failures in a row: 100 to 200 at first, twice as many each time. Half of the delay is
 * random, so that a thousand processes that lost one server do not all reconnect at the same moment. The maximum is 4.5
 * seconds: with the attempt that follows, a source reconnects within 5 seconds after its store is back.
 */
export function backoffDelay(
  failures: number,
  longest: number = MAX_BACKOFF_MS,
  random: () => number = Math.random,
): number {
  const delay = Math.min(MIN_BACKOFF_MS * 2 ** Math.min(failures - 1, 16), longest);
  return delay * (0.5 + random() / 2);
}

const MIN_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 4_500;
