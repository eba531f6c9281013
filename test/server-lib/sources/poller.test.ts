import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { GatekeeperError } from '../../../server-lib/core/errors.ts';
import { readDocument } from '../../../server-lib/rules/document/read-document.ts';
import type { SourceEvent } from '../../../server-lib/rules/rules-source.ts';
import { LastGoodDocument } from '../../../server-lib/sources/last-good-document.ts';
import { type FetchResult, type Poller, startPolling } from '../../../server-lib/sources/poller.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const GOOD = readDocument({ flags: {} });
const empty = { error: new GatekeeperError('ERR_GK_RULES_SOURCE', 'it is empty') };

test('an editor that empties the file and then writes it is given the time: one failure is passed over', async () => {
  const { events, allLooks } = watching([{ text: 'red' }, empty, { text: 'green' }]);

  await allLooks();

  expect(events).toEqual([{ kind: 'changed' }, { kind: 'changed' }]);
});

test('what is still wrong at the next look is said, once', async () => {
  const { events, allLooks } = watching([{ text: 'red' }, empty, 'unchanged', 'unchanged', { text: 'green' }]);

  await allLooks();

  expect(events).toEqual([{ kind: 'changed' }, { kind: 'failed', error: empty.error }, { kind: 'changed' }]);
});

test('the pause depends on how many looks in a row have failed', async () => {
  const { pauses, allLooks } = watching([empty, 'unchanged', { text: 'red' }, 'unchanged', empty]);

  await allLooks();

  expect(pauses).toEqual([1, 2, 0, 0, 1]);
});

test('being told during a look leads to one more look, and never to two at a time', async () => {
  let [looks, underWay, most] = [0, 0, 0];
  const freshness = following(async () => {
    looks++;
    underWay++;
    most = Math.max(most, underWay);
    await Promise.resolve();
    for (let time = 0; time < 5; time++) if (looks < 3) freshness.fetchWithin(0);
    underWay--;
    return { text: 'red' };
  });

  await vi.advanceTimersByTimeAsync(1_000);

  expect({ looks, most }).toEqual({ looks: 3, most: 1 });
});

test('a look that never ends holds nobody up for more than two seconds', async () => {
  const { ready } = following(() => new Promise(() => {}));
  let isReady = false;
  ready.then(() => {
    isReady = true;
  });

  await vi.advanceTimersByTimeAsync(1_999);
  expect(isReady).toBe(false);
  await vi.advanceTimersByTimeAsync(1);

  expect(isReady).toBe(true);
});

/** Follows something that is looked at with these results, and then no more. */
function watching(results: readonly FetchResult[]) {
  const waiting = [...results];
  const lastGood = new LastGoodDocument(async () => GOOD);
  const events: SourceEvent[] = [];
  lastGood.onChange((event) => events.push(event));
  const pauses: number[] = [];
  const pauseAfter = (failures: number): number => {
    pauses.push(failures);
    return 10;
  };
  const look = (): Promise<FetchResult> => {
    const result = waiting.shift();
    return result === undefined ? new Promise(() => {}) : Promise.resolve(result);
  };
  const freshness = startPolling({ fetch: look, delayAfter: pauseAfter, toleratedFailures: 1 }, lastGood);
  onTestFinished(() => void freshness.stop());
  return { events, pauses, allLooks: () => vi.advanceTimersByTimeAsync(1_000) };
}

/** Looks once, and again only when it is told. */
function following(look: () => Promise<FetchResult>): Poller {
  const freshness = startPolling(
    { fetch: look, delayAfter: () => 3_600_000, toleratedFailures: 0 },
    new LastGoodDocument(async () => GOOD),
  );
  onTestFinished(() => void freshness.stop());
  return freshness;
}
