import { GatekeeperError } from '../core/errors.ts';
import { quoted } from '../core/values.ts';
import type { RulesSource } from '../rules/rules-source.ts';
import type { LastGoodDocument } from './last-good-document.ts';

/** How one kind of source is looked at. */
export interface Fetcher {
  /** The text as it is now, or that it is what the last look found. Never rejects. */
  fetch(): Promise<FetchResult>;
  /** How many milliseconds to wait after so many looks in a row that failed. */
  delayAfter(failures: number): number;
  /** How many failures in a row are passed over in silence: a file may be met half-written. */
  readonly toleratedFailures: number;
}

export type FetchResult = { readonly text: string } | { readonly error: GatekeeperError } | 'unchanged';

export interface Poller {
  /** Resolves at the first document, at the first failure that is said, or after two seconds. */
  readonly ready: Promise<void>;
  /** Has the next look begin within so many milliseconds. */
  fetchWithin(milliseconds: number): void;
  /** Stops looking; resolves when the last look has ended. */
  stop(): Promise<void>;
}

/** Looks again and again, one look at a time, and hands what it sees to `lastGood`. */
export function startPolling(fetcher: Fetcher, lastGood: LastGoodDocument): Poller {
  const { promise, resolve } = deferred();
  // The only timer that keeps the process alive: one that awaits `ready` before it listens would otherwise end there.
  const deadline = setTimeout(isReady, READY_TIMEOUT_MS);
  let next: NodeJS.Timeout | undefined;
  let nextAt = Number.POSITIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let soonest = Number.POSITIVE_INFINITY; // asked for during a look
  let restUntil = Number.NEGATIVE_INFINITY;
  let apart = MIN_INTERVAL_MS;
  let failures = 0;
  let lastError: GatekeeperError | undefined;
  let stopped = false;

  function isReady(): void {
    clearTimeout(deadline);
    resolve();
  }

  function lookAt(time: number): void {
    if (stopped || time >= nextAt) return;
    clearTimeout(next);
    nextAt = time;
    next = setTimeout(begin, Math.max(0, time - performance.now())).unref();
  }

  function begin(): void {
    nextAt = Number.POSITIVE_INFINITY;
    soonest = Number.POSITIVE_INFINITY;
    lookedAt = performance.now();
    looking = lookOnce().finally(() => {
      looking = undefined;
      lookAt(Math.max(Math.min(performance.now() + fetcher.delayAfter(failures), soonest), restUntil));
    });
  }

  async function lookOnce(): Promise<void> {
    const result = await fetcher.fetch();
    if (stopped) return;
    if (result === 'unchanged') apart = Math.min(apart * 2, MAX_INTERVAL_MS);
    else if ('text' in result) lastError = await lastGood.update(result.text);
    else lastError = result.error;
    if (stopped) return;
    if (result !== 'unchanged') apart = MIN_INTERVAL_MS;
    // A large document that changes all the time takes up a quarter of the time, not all of it.
    const took = result !== 'unchanged' && 'text' in result ? performance.now() - lookedAt : 0;
    restUntil = performance.now() + Math.min(took * 3, MAX_INTERVAL_MS);
    failures = lastError === undefined ? 0 : failures + 1;
    if (lastError === undefined) lastGood.markFresh();
    else if (failures > fetcher.toleratedFailures) lastGood.reportFailure(lastError);
    else return;
    isReady();
  }

  begin();
  return {
    ready: promise,
    fetchWithin(milliseconds) {
      const time = Math.max(performance.now() + milliseconds, lookedAt + apart, restUntil);
      if (looking === undefined) lookAt(time);
      else soonest = Math.min(soonest, time);
    },
    async stop() {
      stopped = true;
      clearTimeout(next);
      isReady();
      await looking;
    },
  };
}

const READY_TIMEOUT_MS = 2_000;
// A source of which there is news all the time is looked at no more often than this; where the news turn out to be none,
// less and less often.
const MIN_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 1_000;

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A source as applications see it. `leave` lets go of whatever it held. */
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

/** An interval that a timer can keep; throws for others. */
export function validatePollInterval(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 10 && value <= MAX_POLL_INTERVAL_MS) return value;
  throw new GatekeeperError(
    'ERR_GK_OPTIONS',
    `${name} is a number of milliseconds from 10 to ${MAX_POLL_INTERVAL_MS}, not ${quoted(value)}`,
  );
}

const MAX_POLL_INTERVAL_MS = 24 * 60 * 60 * 1000;
