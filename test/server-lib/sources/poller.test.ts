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

test('one failure is not reported, because an editor may empty the file before it writes it', async () => {
  const { events, fetchAll } = pollResults([{ text: 'red' }, empty, { text: 'green' }]);

  await fetchAll();

  expect(events).toEqual([{ kind: 'changed' }, { kind: 'changed' }]);
});

test('a failure that is still there at the next fetch is reported once', async () => {
  const { events, fetchAll } = pollResults([{ text: 'red' }, empty, 'unchanged', 'unchanged', { text: 'green' }]);

  await fetchAll();

  expect(events).toEqual([{ kind: 'changed' }, { kind: 'failed', error: empty.error }, { kind: 'changed' }]);
});

test('the delay depends on the number of failures in a row', async () => {
  const { delays, fetchAll } = pollResults([empty, 'unchanged', { text: 'red' }, 'unchanged', empty]);

  await fetchAll();

  expect(delays).toEqual([1, 2, 0, 0, 1]);
});

test('requests during a fetch lead to one more fetch, and never to two at a time', async () => {
  let [fetches, running, most] = [0, 0, 0];
  const poller = pollOnRequest(async () => {
    fetches++;
    running++;
    most = Math.max(most, running);
    await Promise.resolve();
    for (let time = 0; time < 5; time++) if (fetches < 3) poller.fetchWithin(0);
    running--;
    return { text: 'red' };
  });

  await vi.advanceTimersByTimeAsync(1_000);

  expect({ fetches, most }).toEqual({ fetches: 3, most: 1 });
});

test('after a slow change, the next fetch waits three times as long; after the first fetch, which also connects, it does not', async () => {
  const startedAt: number[] = [];
  const poller = pollOnRequest(async () => {
    startedAt.push(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (startedAt.length < 3) poller.fetchWithin(0);
    return { text: `revision ${startedAt.length}` };
  });

  await vi.advanceTimersByTimeAsync(2_000);

  const [first = 0, second = 0, third = 0] = startedAt;
  const rounded = (delay: number): number => Math.round(delay / 10) * 10;
  expect([rounded(second - first), rounded(third - second)]).toEqual([100, 400]);
});

test('ready resolves after two seconds even if the fetch never ends', async () => {
  const { ready } = pollOnRequest(() => new Promise(() => {}));
  let isReady = false;
  ready.then(() => {
    isReady = true;
  });

  await vi.advanceTimersByTimeAsync(1_999);
  expect(isReady).toBe(false);
  await vi.advanceTimersByTimeAsync(1);

  expect(isReady).toBe(true);
});

/** Polls a fetcher that returns these results and then never resolves again. */
function pollResults(results: readonly FetchResult[]) {
  const waiting = [...results];
  const lastGood = new LastGoodDocument(async () => GOOD);
  const events: SourceEvent[] = [];
  lastGood.onChange((event) => events.push(event));
  const delays: number[] = [];
  const delayAfter = (failures: number): number => {
    delays.push(failures);
    return 10;
  };
  const fetch = (): Promise<FetchResult> => {
    const result = waiting.shift();
    return result === undefined ? new Promise(() => {}) : Promise.resolve(result);
  };
  const poller = startPolling({ fetch: fetch, delayAfter: delayAfter, toleratedFailures: 1 }, lastGood);
  onTestFinished(() => void poller.stop());
  return { events, delays, fetchAll: () => vi.advanceTimersByTimeAsync(1_000) };
}

/** Polls a fetcher once, and again only on request. */
function pollOnRequest(fetch: () => Promise<FetchResult>): Poller {
  const poller = startPolling(
    { fetch: fetch, delayAfter: () => 3_600_000, toleratedFailures: 0 },
    new LastGoodDocument(async () => GOOD),
  );
  onTestFinished(() => void poller.stop());
  return poller;
}
