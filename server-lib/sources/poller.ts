import { GatekeeperError } from '../core/errors.ts';
import { quoted } from '../core/values.ts';
import { READY_TIMEOUT_MS, type RulesSource } from '../rules/rules-source.ts';
import type { LastGoodDocument } from './last-good-document.ts';

/** How one kind of source is fetched. */
export interface Fetcher {
  /** Resolves with the current text, or with `'unchanged'` if it is the same as in the last fetch. Never rejects. */
  fetch(): Promise<FetchResult>;
  /** Milliseconds to wait after this many failures in a row. */
  delayAfter(failures: number): number;
  /** How many failures in a row are not reported: a file may be half-written. */
  readonly toleratedFailures: number;
}

export type FetchResult = { readonly text: string } | { readonly error: GatekeeperError } | 'unchanged';

export interface Poller {
  /** Resolves with the first document, with the first reported failure, or after two seconds. */
  readonly ready: Promise<void>;
  /** Starts the next fetch within this many milliseconds. */
  fetchWithin(milliseconds: number): void;
  /** Stops polling; resolves when the last fetch has ended. */
  stop(): Promise<void>;
}

/** Polls with `fetcher`, one fetch at a time, and passes the results to `lastGood`. */
export function startPolling(fetcher: Fetcher, lastGood: LastGoodDocument): Poller {
  const { promise, resolve } = deferred();
  // The only timer that keeps the process alive: otherwise a process that awaits `ready` before it listens would exit here.
  const deadline = setTimeout(becomeReady, READY_TIMEOUT_MS);
  let next: NodeJS.Timeout | undefined;
  let nextAt = Number.POSITIVE_INFINITY;
  let startedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;
  let requestedAt = Number.POSITIVE_INFINITY; // the earliest time that was requested during a fetch
  let restUntil = Number.NEGATIVE_INFINITY;
  let minInterval = MIN_INTERVAL_MS;
  let hasDocument = false;
  let failures = 0;
  let lastError: GatekeeperError | undefined;
  let stopped = false;

  function becomeReady(): void {
    clearTimeout(deadline);
    resolve();
  }

  function schedule(time: number): void {
    if (stopped || time >= nextAt) return;
    clearTimeout(next);
    nextAt = time;
    next = setTimeout(begin, Math.max(0, time - performance.now())).unref();
  }

  function begin(): void {
    nextAt = Number.POSITIVE_INFINITY;
    requestedAt = Number.POSITIVE_INFINITY;
    startedAt = performance.now();
    fetching = fetchOnce().finally(() => {
      fetching = undefined;
      schedule(Math.max(Math.min(performance.now() + fetcher.delayAfter(failures), requestedAt), restUntil));
    });
  }

  async function fetchOnce(): Promise<void> {
    const result = await fetcher.fetch();
    if (stopped) return;
    if (result === 'unchanged') minInterval = Math.min(minInterval * 2, MAX_INTERVAL_MS);
    else if ('text' in result) lastError = await lastGood.update(result.text);
    else lastError = result.error;
    if (stopped) return;
    if (result !== 'unchanged') minInterval = MIN_INTERVAL_MS;
    // A large document that changes all the time uses a quarter of the time, not all of it. The first fetch also connects.
    const took = hasDocument && result !== 'unchanged' && 'text' in result ? performance.now() - startedAt : 0;
    restUntil = performance.now() + Math.min(took * 3, MAX_INTERVAL_MS);
    hasDocument ||= result === 'unchanged' || 'text' in result;
    failures = lastError === undefined ? 0 : failures + 1;
    if (lastError === undefined) lastGood.markFresh();
    else if (failures > fetcher.toleratedFailures) lastGood.reportFailure(lastError);
    else return;
    becomeReady();
  }

  begin();
  return {
    ready: promise,
    fetchWithin(milliseconds) {
      const time = Math.max(performance.now() + milliseconds, startedAt + minInterval, restUntil);
      if (fetching === undefined) schedule(time);
      else requestedAt = Math.min(requestedAt, time);
    },
    async stop() {
      stopped = true;
      clearTimeout(next);
      becomeReady();
      await fetching;
    },
  };
}

// The minimum time between two fetches of a source that announces changes all the time. It doubles, up to the maximum, while
// the announcements turn out to be no changes.
const MIN_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 1_000;

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Creates the source for an application. `release` frees its resources when the source is closed. */
export function createSource(lastGood: LastGoodDocument, poller: Poller, release: () => Promise<void>): RulesSource {
  let closed: Promise<void> | undefined;
  return {
    ready: poller.ready,
    current: () => lastGood.current(),
    onChange: (listener) => lastGood.onChange(listener),
    health: () => lastGood.health(),
    close() {
      lastGood.close();
      closed ??= Promise.all([poller.stop(), release()]).then(() => undefined);
      return closed;
    },
  };
}

/** Returns `value` if it is a valid interval in milliseconds, else throws. */
export function validatePollInterval(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 10 && value <= MAX_POLL_INTERVAL_MS) return value;
  throw new GatekeeperError(
    'ERR_GK_OPTIONS',
    `${name} must be from 10 to ${MAX_POLL_INTERVAL_MS} milliseconds; got ${quoted(value)}`,
  );
}

const MAX_POLL_INTERVAL_MS = 24 * 60 * 60 * 1000;
