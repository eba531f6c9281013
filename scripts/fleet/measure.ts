import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { createGatekeeper } from '../../server-lib/index.ts';
import { publishRules, redisSource } from '../../server-lib/redis.ts';
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
  const fleet = await startFleet(url, servers, seed);
  const flags = { BUTTON: { variants: ['grey', 'red', 'green'], default: 'grey' } } as const;
  const keeper = createGatekeeper({ flags, rules: redisSource({ url }), onError: () => {} });
  await keeper.ready;
  const text = largeDocument('green', seed);

  const sent = async (): Promise<number> =>
    Number(/total_net_output_bytes:(\d+)/.exec(await client.sendCommand(['INFO', 'stats']))?.[1]);
  const samples = [{ at: performance.now(), bytes: await sent() }];
  const evaluations = { count: 0, longest: 0, variants: new Set<string>() };
  const startedAt = Date.now();
  await publishRules(client, text);
  while (fleet.received.length < servers && Date.now() - startedAt < GIVE_UP_MS) {
    const before = performance.now();
    evaluations.variants.add(keeper.gateFor().ffVariant('BUTTON'));
    evaluations.longest = Math.max(evaluations.longest, performance.now() - before);
    evaluations.count += 1;
    samples.push({ at: performance.now(), bytes: await sent() });
    await later(20);
  }
  await keeper.close();
  await fleet.stop();
  client.destroy();
  return {
    bytes: Buffer.byteLength(text),
    delays: fleet.received.map((at) => at - startedAt).sort((one, other) => one - other),
    sent: (samples.at(-1)?.bytes ?? 0) - (samples[0]?.bytes ?? 0),
    peak: peakOf(samples),
    evaluations: evaluations.count,
    longest: evaluations.longest,
    variants: [...evaluations.variants],
  };
}

const GIVE_UP_MS = 120_000;

/** A document that some servers have. */
export type FleetMessage = { readonly kind: 'ready' } | { readonly kind: 'received'; readonly at: number };

const SERVERS_IN_A_PROCESS = 50;

/** Starts servers in processes of fifty, so that they share the cores as programs do. Resolves when each has the first document. */
async function startFleet(url: string, servers: number, seed: number) {
  const received: number[] = [];
  const children = Array.from({ length: Math.ceil(servers / SERVERS_IN_A_PROCESS) }, (_, number) => {
    const count = Math.min(SERVERS_IN_A_PROCESS, servers - number * SERVERS_IN_A_PROCESS);
    const args = [url, String(count), String(seed + number)];
    return fork(fileURLToPath(new URL('servers.ts', import.meta.url)), args, { execArgv: ['--import', 'tsx'] });
  });
  await Promise.all(
    children.map(async (child) => {
      await once(child, 'message');
      child.on('message', (message: FleetMessage) => {
        if (message.kind === 'received') received.push(message.at);
      });
    }),
  );
  return {
    /** The times at which servers have received the second document. */
    received,
    async stop(): Promise<void> {
      const exits = children.map((child) => once(child, 'exit'));
      for (const child of children) child.disconnect();
      await Promise.all(exits);
    },
  };
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
