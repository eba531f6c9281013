import { setTimeout as later } from 'node:timers/promises';
import { createClient } from 'redis';
import { createGatekeeper } from '../../server-lib/index.ts';
import { publishRules, redisSource } from '../../server-lib/redis.ts';
import type { FetchResult } from '../../server-lib/sources/poller.ts';
import { redisKeys, toRedisConnection } from '../../server-lib/sources/redis/redis-client.ts';
import { createRedisFetcher } from '../../server-lib/sources/redis/redis-fetcher.ts';
import { Random } from '../fuzz/random.ts';

export interface FleetResult {
  /** The size of the published document. */
  readonly bytes: number;
  /** Milliseconds from the publication until each server had unpacked the document, in ascending order. */
  readonly delays: readonly number[];
  /** What Redis sent after the publication, in all, and at most in one second. */
  readonly sent: number;
  readonly peak: number;
  /** Evaluations during the publication, the longest in milliseconds, and the variants. */
  readonly evaluations: number;
  readonly longest: number;
  readonly variants: readonly string[];
}

/**
 * Publishes one document to this many servers on one Redis. Each has its own connection, and reads and unpacks by itself. Only
 * one parses the document and evaluates flags: on one machine, there is no time to parse a megabyte for each.
 */
export async function measureFleet(url: string, servers: number, seed: number): Promise<FleetResult> {
  const client = await createClient({ url }).connect();
  await publishRules(client, largeDocument('red', seed));
  const fleet = await startFleet(url, servers, new Random(seed));
  const flags = { BUTTON: { variants: ['grey', 'red', 'green'], default: 'grey' } } as const;
  const keeper = createGatekeeper({ flags, rules: redisSource({ url }), onError: () => {} });
  await keeper.ready;
  const text = largeDocument('green', seed);

  const sent = async (): Promise<number> =>
    Number(/total_net_output_bytes:(\d+)/.exec(await client.sendCommand(['INFO', 'stats']))?.[1]);
  const samples = [{ at: performance.now(), bytes: await sent() }];
  const evaluations = { count: 0, longest: 0, variants: new Set<string>() };
  const startedAt = performance.now();
  const delays = fleet.delaysSince(startedAt);
  await publishRules(client, text);
  let isDone = false;
  const everyServer = delays.then((all) => {
    isDone = true;
    return all;
  });
  while (!isDone && performance.now() - startedAt < GIVE_UP_MS) {
    const before = performance.now();
    evaluations.variants.add(keeper.gateFor().ffVariant('BUTTON'));
    evaluations.longest = Math.max(evaluations.longest, performance.now() - before);
    evaluations.count += 1;
    samples.push({ at: performance.now(), bytes: await sent() });
    await later(20);
  }
  const all = isDone ? await everyServer : [];
  await keeper.close();
  fleet.stop();
  client.destroy();
  return {
    bytes: Buffer.byteLength(text),
    delays: all,
    sent: (samples.at(-1)?.bytes ?? 0) - (samples[0]?.bytes ?? 0),
    peak: peakOf(samples),
    evaluations: evaluations.count,
    longest: evaluations.longest,
    variants: [...evaluations.variants],
  };
}

const GIVE_UP_MS = 120_000;

async function startFleet(url: string, servers: number, random: Random) {
  const create = async () => toRedisConnection(createClient({ url, RESP: 3, socket: { reconnectStrategy: false } }));
  let startedAt = Number.NaN;
  const start = async () => {
    let received = (_delay: number): void => {};
    const fetcher = createRedisFetcher(create, redisKeys({}), {
      published: (spread) => void setTimeout(read, (random.below(1_000) / 1_000) * spread),
      disconnected: () => void setTimeout(read, 100),
    });
    async function read(): Promise<void> {
      const result = await fetcher.fetch();
      if (result !== 'unchanged' && 'text' in result) received(performance.now() - startedAt);
      else setTimeout(read, 100); // as after a failure
    }
    for (let result = await fetcher.fetch(); hasFailed(result); result = await fetcher.fetch()) await later(100);
    return {
      fetcher,
      delay: new Promise<number>((resolve) => {
        received = resolve;
      }),
    };
  };
  const fleet: Awaited<ReturnType<typeof start>>[] = [];
  // A few at a time, as in a deployment.
  while (fleet.length < servers)
    fleet.push(...(await Promise.all(Array.from({ length: Math.min(20, servers - fleet.length) }, start))));
  return {
    async delaysSince(time: number): Promise<readonly number[]> {
      startedAt = time;
      return (await Promise.all(fleet.map(({ delay }) => delay))).sort((one, other) => one - other);
    },
    stop() {
      for (const { fetcher } of fleet) fetcher.close();
    },
  };
}

function hasFailed(result: FetchResult): boolean {
  return result !== 'unchanged' && 'error' in result;
}

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** The most bytes in one second. */
function peakOf(samples: readonly Sample[]): number {
  return Math.max(
    0,
    ...samples.map(({ at, bytes }) => {
      const before = samples.findLast((one) => one.at <= at - 1_000) ?? samples[0];
      return bytes - (before?.bytes ?? bytes);
    }),
  );
}

/** A document of a mebibyte: three hundred flags, each for some countries and for a list of random ids. */
function largeDocument(colour: string, seed: number): string {
  const random = new Random(seed);
  const flag = (): object => ({
    state: 'ENABLED',
    variants: { ON: true, OFF: false },
    defaultVariant: 'OFF',
    targeting: {
      if: [
        { in: [{ var: 'targetingKey' }, Array.from({ length: 155 }, () => `u${random.below(100_000_000)}`)] },
        'ON',
        {
          fractional: [
            ['ON', random.below(100)],
            ['OFF', 100],
          ],
        },
      ],
    },
  });
  const BUTTON = { state: 'ENABLED', variants: { [colour]: colour }, defaultVariant: colour };
  const flags = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`FLAG_${at}`, flag()]));
  return JSON.stringify({ flags: { BUTTON, ...flags } }, undefined, 1);
}
