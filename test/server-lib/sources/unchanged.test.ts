import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { GatekeeperError } from '../../../server-lib/core/errors.ts';
import { readDocument } from '../../../server-lib/rules/document/read-document.ts';
import { LastGoodDocument } from '../../../server-lib/sources/last-good-document.ts';
import { type FetchResult, startPolling } from '../../../server-lib/sources/poller.ts';
import { publishRules } from '../../../server-lib/sources/redis/publish-rules.ts';
import { redisSource } from '../../../server-lib/sources/redis/redis-source.ts';
import { startRedis } from '../../helpers/processes/redis-server.ts';
import { rulesText } from '../../helpers/rules-documents.ts';

const [KEY, CHANNEL] = ['gatekeeper:rules', 'gatekeeper:rules:changed'];
const SOON = { timeout: 10_000, interval: 10 };
const BLANKS = ' '.repeat(300_000); // so that a transfer of the document is much larger than other replies

describe('text that was read before', () => {
  test.each([
    ['good', rulesText('red'), undefined],
    ['refused', '{"flags":', 'no JSON'],
  ])('is not read again if it was %s', async (_, text, refusal) => {
    const { lastGood, read } = recordReads(refusal);

    const taken = [await lastGood.update(text), await lastGood.update(text), await lastGood.update(`${text}`.slice())];

    expect(read).toEqual([text]);
    expect(taken.map((error) => error?.message)).toEqual(Array(3).fill(refusal));
  });

  test('is remembered: alternating good and refused texts are read once each', async () => {
    const read: string[] = [];
    const lastGood = new LastGoodDocument(async (text) => {
      read.push(text);
      return text === 'bad' ? new GatekeeperError('ERR_GK_RULES_JSON', 'no JSON') : readDocument({ flags: {} });
    });

    for (const text of ['good', 'bad', 'good', 'bad', 'good']) await lastGood.update(text);

    expect(read).toEqual(['good', 'bad']);
  });
});

describe('announcements without a change', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('lead to fewer and fewer fetches, down to one a second', async () => {
    let fetches = 0;
    const { lastGood } = recordReads(undefined);
    const fetch = async (): Promise<FetchResult> => (fetches++ === 0 ? { text: rulesText('red') } : 'unchanged');
    const poller = startPolling({ fetch: fetch, delayAfter: () => 3_600_000, toleratedFailures: 0 }, lastGood);
    onTestFinished(() => void poller.stop());

    for (let time = 0; time < 10_000; time += 20) {
      poller.fetchWithin(0);
      await vi.advanceTimersByTimeAsync(20);
    }

    expect(fetches).toBeGreaterThan(10);
    expect(fetches).toBeLessThan(20);
  });
});

// Their SHA-1 hashes begin with the same twelve characters. Found by searching a hundred million documents.
const TWINS = ['ed8bf2145854', 'b380c95513fa'].map(
  (name) => `{"flags":{"BUTTON":{"state":"ENABLED","variants":{"${name}":true},"defaultVariant":"${name}"}}}`,
);

describe('on a real Redis', () => {
  test('a change between two documents whose revisions begin with the same characters is noticed', async () => {
    const { client, url } = await connectedToRedis();
    const [one = '', other = ''] = TWINS;
    const first = await publishRules(client, one);
    const source = openSource(url);
    await source.ready;

    const second = await publishRules(client, other, { expected: first.revision });
    await vi.waitFor(() => expect(source.current()?.document).toBe(other), SOON);

    expect(second.revision.slice(0, 12)).toBe(first.revision.slice(0, 12));
    expect([source.health().revision, second.kind]).toEqual([second.revision, 'published']);
    expect(second.revision).not.toBe(first.revision);
  });

  test.each([
    ['a good document', `${rulesText('red')}${BLANKS}`, false],
    ['a refused one', `{"flags":${BLANKS}`, true],
    ['one that is too large', ' '.repeat(16 * 1024 * 1024 + 1), true],
  ])('%s that does not change is transferred once, however often it is polled', async (_, text, isRefused) => {
    const { client, url, sent, fetches } = await connectedToRedis();
    await client.set(KEY, text);
    const source = openSource(url);
    await source.ready;
    const [bytes, before] = [await sent(), await fetches()];

    await vi.waitFor(async () => {
      await client.publish(CHANNEL, 'news');
      expect(await fetches()).toBeGreaterThan(before + 3);
    }, SOON);

    expect((await sent()) - bytes).toBeLessThan(200_000);
    expect(source.health().lastError !== undefined).toBe(isRefused);
  });

  test('a document that is written without an announcement is used at the next poll, even with the same length', async () => {
    const { client, url } = await connectedToRedis();
    await publishRules(client, rulesText('blue'));
    const source = openSource(url);
    await source.ready;

    await client.set(KEY, rulesText('pink'));

    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('pink')), SOON);
  });

  test('a source does not fetch when its current revision is announced', async () => {
    const { client, url, fetches } = await connectedToRedis();
    const { revision } = await publishRules(client, rulesText('red'));
    const source = openSource(url, 3_600_000);
    await source.ready;
    const before = await fetches();

    for (let time = 0; time < 20; time++) await client.publish(CHANNEL, revision);
    await publishRules(client, rulesText('green'));
    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), SOON);

    expect(await fetches()).toBe(before + 2); // the script that publishes, and one fetch
  });

  test('if scripts are not allowed, the document is transferred, and changes are used', async () => {
    const { client, url } = await connectedToRedis();
    await client.sendCommand([
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>secret',
      '~*',
      '&*',
      '+@read',
      '+@pubsub',
      '+@connection',
    ]);
    await publishRules(client, rulesText('red'));
    const source = openSource(url.replace('redis://', 'redis://reader:secret@'));
    await source.ready;
    const first = source.current()?.document;

    await publishRules(client, rulesText('green'));
    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), SOON);

    expect(first).toBe(rulesText('red'));
    expect(source.health()).not.toHaveProperty('lastError');
  });
});

/** A `LastGoodDocument` that records each text it reads, and refuses all of them with the message `refusal`. */
function recordReads(refusal: string | undefined) {
  const read: string[] = [];
  const lastGood = new LastGoodDocument(async (text) => {
    read.push(text);
    return refusal === undefined ? readDocument(text) : new GatekeeperError('ERR_GK_RULES_JSON', refusal);
  });
  return { lastGood, read };
}

async function connectedToRedis() {
  const { url } = await startRedis();
  const client = await createClient({ url }).connect();
  onTestFinished(() => client.destroy());
  const stat = async (section: string, pattern: RegExp): Promise<number> => {
    const info = String(await client.sendCommand(['INFO', section]));
    return Number(pattern.exec(info)?.[1] ?? 0);
  };
  return {
    url,
    client,
    /** How many bytes Redis has sent in all. */
    sent: () => stat('stats', /total_net_output_bytes:(\d+)/),
    /** How many scripts it has run. */
    fetches: () => stat('commandstats', /cmdstat_eval:calls=(\d+)/),
  };
}

function openSource(url: string, pollInterval = 50) {
  const source = redisSource({ url, pollInterval });
  onTestFinished(() => source.close());
  return source;
}
