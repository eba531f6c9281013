import { createRequire } from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  type OwnRedisClient,
  publishRules,
  type RedisClient,
  type RedisScripting,
  redisSource,
} from '../../../../server-lib/redis.ts';
import { withDestroy } from '../../../../server-lib/sources/redis/redis-client.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const require = createRequire(import.meta.url);

test.each(['redis4', 'redis5', 'redis'])(
  'with a client of the package %s, a source gets published documents, also after it lost its connections',
  async (name) => {
    const { url } = await startRedis();
    const client = await connected(name, url);
    await publishRules(client, rulesText('red'));
    const source = redisSource({ client, pollInterval: 60_000 });
    onTestFinished(() => source.close());
    await source.ready;
    const current = (): unknown => source.current()?.document;
    expect(current()).toBe(rulesText('red'));

    await publishRules(client, rulesText('green'));
    await vi.waitFor(() => expect(current()).toBe(rulesText('green')), 10_000);
    for (const type of ['normal', 'pubsub'])
      await client.sendCommand(['CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes']);
    await publishRules(client, rulesText('blue'));

    await vi.waitFor(() => expect(current()).toBe(rulesText('blue')), 10_000);
  },
);

test.each(['redis4', 'redis5', 'redis'])(
  'a source with the package %s has no connection after it is closed',
  async (name) => {
    const { url } = await startRedis();
    const client = await connected(name, url);
    await publishRules(client, rulesText('red'));
    const connections = async (): Promise<number> =>
      String(await client.sendCommand(['CLIENT', 'LIST']))
        .trim()
        .split('\n').length;
    const source = redisSource({ client });
    await source.ready;
    expect(await connections()).toBeGreaterThan(1);

    await source.close();

    await vi.waitFor(async () => expect(await connections()).toBe(1), 10_000);
  },
);

interface Client extends Omit<OwnRedisClient, 'eval'>, RedisClient, RedisScripting {
  duplicate(overrides: object): OwnRedisClient;
  sendCommand(args: readonly string[]): Promise<unknown>;
}

async function connected(name: string, url: string): Promise<Client> {
  const client: Client = require(name).createClient({ url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => withDestroy(client).destroy());
  return client;
}
