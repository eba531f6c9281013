import { createClient } from 'redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource } from '../../../../server-lib/rules/rules-source.ts';
import { publishRules } from '../../../../server-lib/sources/redis/publish-rules.ts';
import { redisSource } from '../../../../server-lib/sources/redis/redis-source.ts';
import { freePort } from '../../../helpers/processes/redis-process.ts';
import { type RedisServer, startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const AGAIN = { timeout: 5_000, interval: 20 }; // from the end of a fault to the next document
const [KEY, CHANNEL] = ['gatekeeper:rules', 'gatekeeper:rules:changed'];

test('Redis that stands still and goes on costs nothing but time', async () => {
  const { redis, source } = await onRed();

  await redis.signal('SIGSTOP');
  await failed(source, 'no answer');
  const kept = source.current()?.document;
  await redis.signal('SIGCONT');
  await publish(redis, rulesText('green'));
  await has(source, rulesText('green'));

  expect(kept).toBe(rulesText('red'));
});

test('Redis that was killed comes back empty: the last good document stays until somebody publishes', async () => {
  const { redis, source } = await onRed();

  await redis.signal('SIGKILL');
  await failed(source, 'ECONNREFUSED');
  await redis.startAgain();
  await failed(source, 'does not exist');
  const kept = source.current()?.document;
  await publish(redis, rulesText('green'));
  await has(source, rulesText('green'));

  expect(kept).toBe(rulesText('red'));
});

test.each([
  // what happens to it    commands                                             is said
  ['is flushed', [['FLUSHALL']], 'does not exist'],
  ['holds garbage', [['SET', KEY, '\x1b[2J{"flags":']], 'JSON'],
  [
    'holds another type',
    [
      ['DEL', KEY],
      ['SADD', KEY, 'red'],
    ],
    'WRONGTYPE',
  ],
  ['holds a hundred megabytes', [['SETRANGE', KEY, '99999999', 'x']], 'at most 16777216'],
])(
  'a key that %s keeps the last good document in force, until a good one is there, told of or not',
  async (_, commands, said) => {
    const { redis, source } = await onRed();

    await send(redis, ...commands, ['PUBLISH', CHANNEL, '']);
    await failed(source, said);
    const kept = source.current()?.document;
    await send(redis, ['SET', KEY, rulesText('green')]);
    await has(source, rulesText('green'));

    expect(kept).toBe(rulesText('red'));
    expect(source.health()).not.toHaveProperty('lastError');
  },
);

test('a replica, which is read-only, serves as well; publishing to it fails and says why', async () => {
  const { redis: primary } = await onRed();
  const replica = await startRedis();
  await send(replica, ['REPLICAOF', '127.0.0.1', new URL(primary.url).port]);
  const source = opened(replica.url);

  await has(source, rulesText('red'));
  const publishing = publish(replica, rulesText('blue'));
  await expect(publishing).rejects.toThrow('READONLY');
  await publish(primary, rulesText('green'));

  await has(source, rulesText('green'));
});

test('Redis without memory to spare serves on; publishing to it fails and says why', async () => {
  const { redis, source } = await onRed();

  await send(redis, ['CONFIG', 'SET', 'maxmemory', '1']);
  await expect(publish(redis, rulesText('green'))).rejects.toThrow('OOM');
  const kept = source.current()?.document;
  await send(redis, ['CONFIG', 'SET', 'maxmemory', '0']);
  await publish(redis, rulesText('green'));
  await has(source, rulesText('green'));

  expect(kept).toBe(rulesText('red'));
});

test('all connections closed by the server are opened again', async () => {
  const { redis, source } = await onRed();

  await send(redis, ['CLIENT', 'KILL', 'TYPE', 'pubsub']);
  await publish(redis, rulesText('green'));

  await has(source, rulesText('green'));
});

test('where nobody listens it is ready with nothing, and serves as soon as Redis is there', async () => {
  const source = opened(`redis://127.0.0.1:${await freePort()}`);

  await source.ready;

  expect(source.current()).toBeUndefined();
  expect(source.health().lastError).toContain('ECONNREFUSED');
});

test('where Redis accepts and never answers it is ready with nothing, within its deadline', async () => {
  const redis = await startRedis();
  await redis.signal('SIGSTOP');
  const source = opened(redis.url);

  await source.ready;

  expect(source.health()).toEqual({ lastError: expect.stringContaining('no answer within 1500 ms') });
});

/** A source that has taken the red document from a Redis of its own. */
async function onRed(): Promise<{ readonly redis: RedisServer; readonly source: RulesSource }> {
  const redis = await startRedis();
  await publish(redis, rulesText('red'));
  const source = opened(redis.url);
  await has(source, rulesText('red'));
  return { redis, source };
}

function opened(url: string): RulesSource {
  const source = redisSource({ url, pollInterval: 500 });
  onTestFinished(() => source.close());
  return source;
}

async function publish({ url }: RedisServer, text: string): Promise<void> {
  const client = await createClient({ url }).connect();
  try {
    await publishRules(client, text);
  } finally {
    client.destroy();
  }
}

async function send({ url }: RedisServer, ...commands: readonly (readonly string[])[]): Promise<void> {
  const client = await createClient({ url }).connect();
  for (const command of commands) await client.sendCommand(command);
  client.destroy();
}

const has = (source: RulesSource, text: string): Promise<void> =>
  vi.waitFor(() => expect(source.current()?.document).toBe(text), AGAIN);

const failed = (source: RulesSource, said: string): Promise<void> =>
  vi.waitFor(() => expect(source.health().lastError).toContain(said), AGAIN);
