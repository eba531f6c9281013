import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { publishRules, type RedisSourceOptions, redisSource } from '../../../../server-lib/redis.ts';
import { type RedisServer, startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';
import { IS_DEEP } from '../../../helpers/vitest/depth.ts';

const flags = { BUTTON: { variants: ['grey', 'red', 'green', 'none'], default: 'grey' } } as const;

/** Breaks Redis. Resolves with a function that repairs it, if it does not work again by itself. */
type Fault = (redis: RedisServer) => Promise<(() => Promise<void>) | undefined>;

const FAULTS: Readonly<Record<string, Fault>> = {
  'is stopped': async (redis) => {
    await redis.signal('SIGSTOP');
    return () => redis.signal('SIGCONT');
  },
  'is killed': async (redis) => {
    await redis.signal('SIGKILL');
    return () => redis.startAgain();
  },
  'is flushed': (redis) => commands(redis, ['FLUSHALL'], ['PUBLISH', 'gatekeeper:rules:changed', '']),
  'holds garbage': (redis) =>
    commands(redis, ['SET', 'gatekeeper:rules', '{"flags":'], ['PUBLISH', 'gatekeeper:rules:changed', '']),
};

type Place = Pick<RedisSourceOptions, 'url' | 'client'>;

const PLACES: Readonly<Record<string, (url: string) => Place>> = {
  'a url': (url) => ({ url }),
  'a client of redis': (url) => ({ client: createClient({ url }) }),
  'a client of ioredis': (url) => ({ client: new Redis(url, { lazyConnect: true }) }),
};
const TESTED = Object.entries(PLACES).slice(0, IS_DEEP ? undefined : 1);

test.each(
  TESTED.flatMap(([place, placeOf]) => Object.entries(FAULTS).map((fault) => [place, ...fault, placeOf] as const)),
)(
  'with %s, while Redis %s, requests use the last good rules; afterwards they use new ones',
  async (_, _fault, causeFault, placeOf) => {
    const redis = await startRedis();
    await publish(redis, rulesText('red'));
    const rules = redisSource({ ...placeOf(redis.url), pollInterval: 500 });
    const keeper = createGatekeeper({ flags, rules, onError: () => {} });
    onTestFinished(() => keeper.close());
    await vi.waitFor(() => expect(keeper.gateFor().ffVariant('BUTTON')).toBe('red'), 60_000);

    const repair = await causeFault(redis);
    const variants: string[] = [];
    const end = Date.now() + 60_000;
    do {
      variants.push(keeper.gateFor({ userId: variants.length }).ffVariant('BUTTON'));
      await nextTurn();
    } while (keeper.health().lastError === undefined && Date.now() < end);
    const fault = keeper.health().lastError;
    const evaluation = keeper.gateFor().explain('BUTTON');
    await repair?.();
    await publish(redis, rulesText('green'));
    await vi.waitFor(() => expect(keeper.gateFor().ffVariant('BUTTON')).toBe('green'), 5_000);

    expect(fault).toBeDefined();
    expect(new Set([...variants, evaluation.variant])).toEqual(new Set(['red']));
    expect(evaluation.source).toBe('rule');
    expect(keeper.health()).not.toHaveProperty('lastError');
  },
);

async function publish({ url }: RedisServer, text: string): Promise<void> {
  const client = await createClient({ url }).connect();
  await publishRules(client, text);
  client.destroy();
}

async function commands({ url }: RedisServer, ...all: readonly (readonly string[])[]): Promise<undefined> {
  const client = await createClient({ url }).connect();
  for (const command of all) await client.sendCommand(command);
  client.destroy();
}
