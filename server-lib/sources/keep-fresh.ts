import type { GatekeeperError } from '../core/gatekeeper-error.ts';
import type { LastGood } from './last-good.ts';

/** How one kind of source is looked at. */
export interface Lookout {
  /** The text as it is now, or that it is what the last look found. Never rejects. */
  look(): Promise<Look>;
  /** How many milliseconds to wait after so many looks in a row that failed. */
  pauseAfter(failures: number): number;
  /** How many failures in a row are passed over in silence: a file may be met half-written. */
  readonly patience: number;
}

export type Look = { readonly text: string } | { readonly error: GatekeeperError } | 'unchanged';

export interface Freshness {
  /** Resolves at the first document, at the first failure that is said, or after two seconds. */
  readonly ready: Promise<void>;
  /** Has the next look begin within so many milliseconds. */
  lookWithin(milliseconds: number): void;
  /** Stops looking; resolves when the last look has ended. */
  stop(): Promise<void>;
}

/** Looks again and again, one look at a time, and hands what it sees to `lastGood`. */
export function keepFresh(lookout: Lookout, lastGood: LastGood): Freshness {
  const { promise, resolve } = withResolve();
  // The only timer that keeps the process alive: one that awaits `ready` before it listens would otherwise end there.
  const deadline = setTimeout(isReady, READY_WITHIN);
  let next: NodeJS.Timeout | undefined;
  let nextAt = Number.POSITIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let soonest = Number.POSITIVE_INFINITY; // asked for during a look
  let restUntil = Number.NEGATIVE_INFINITY;
  let apart = APART;
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
      lookAt(Math.max(Math.min(performance.now() + lookout.pauseAfter(failures), soonest), restUntil));
    });
  }

  async function lookOnce(): Promise<void> {
    const look = await lookout.look();
    if (stopped) return;
    if (look === 'unchanged') apart = Math.min(apart * 2, LONGEST_REST);
    else if ('text' in look) lastError = await lastGood.take(look.text);
    else lastError = look.error;
    if (stopped) return;
    if (look !== 'unchanged') apart = APART;
    // A large document that changes all the time takes up a quarter of the time, not all of it.
    const took = look !== 'unchanged' && 'text' in look ? performance.now() - lookedAt : 0;
    restUntil = performance.now() + Math.min(took * 3, LONGEST_REST);
    failures = lastError === undefined ? 0 : failures + 1;
    if (lastError === undefined) lastGood.confirm();
    else if (failures > lookout.patience) lastGood.fail(lastError);
    else return;
    isReady();
  }

  begin();
  return {
    ready: promise,
    lookWithin(milliseconds) {
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

const READY_WITHIN = 2_000;
// A source of which there is news all the time is looked at no more often than this; where the news turn out to be none,
// less and less often.
const APART = 50;
const LONGEST_REST = 1_000;

function withResolve(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
