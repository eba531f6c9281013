import { createClient } from 'redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource } from '../../../../server-lib/rules/rules-source.ts';
import { publishRules } from '../../../../server-lib/sources/redis/publish-rules.ts';
import { redisSource } from '../../../../server-lib/sources/redis/redis-source.ts';
import { freePort } from '../../../helpers/processes/redis-process.ts';
import { type RedisServer, startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const RECOVERY = { timeout: 5_000, interval: 20 }; // from the end of a fault to the next document
const [KEY, CHANNEL] = ['gatekeeper:rules', 'gatekeeper:rules:changed'];

test('while Redis is stopped the last good document stays; afterwards the next one is used', async () => {
  const { redis, source } = await sourceWithRed();

  await redis.signal('SIGSTOP');
  await expectError(source, 'no response');
  const kept = source.current()?.document;
  await redis.signal('SIGCONT');
  await publish(redis, rulesText('green'));
  await expectDocument(source, rulesText('green'));

  expect(kept).toBe(rulesText('red'));
});

test('if Redis was killed and is empty afterwards, the last good document stays until another is published', async () => {
  const { redis, source } = await sourceWithRed();

  await redis.signal('SIGKILL');
  await expectError(source, 'ECONNREFUSED');
  await redis.startAgain();
  await expectError(source, 'does not exist');
  const kept = source.current()?.document;
  await publish(redis, rulesText('green'));
  await expectDocument(source, rulesText('green'));

  expect(kept).toBe(rulesText('red'));
});

test.each([
  // what happens to it    commands                                             message
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
  'if the key %s, the last good document stays in force until a good one is written, announced or not',
  async (_, commands, message) => {
    const { redis, source } = await sourceWithRed();

    await send(redis, ...commands, ['PUBLISH', CHANNEL, '']);
    await expectError(source, message);
    const kept = source.current()?.document;
    await send(redis, ['SET', KEY, rulesText('green')]);
    await expectDocument(source, rulesText('green'));

    expect(kept).toBe(rulesText('red'));
    expect(source.health()).not.toHaveProperty('lastError');
  },
);

test('a source can read a replica; publishing to it fails with its error', async () => {
  const { redis: primary } = await sourceWithRed();
  const replica = await startRedis();
  await send(replica, ['REPLICAOF', '127.0.0.1', new URL(primary.url).port]);
  const source = openSource(replica.url);

  await expectDocument(source, rulesText('red'));
  const publishing = publish(replica, rulesText('blue'));
  await expect(publishing).rejects.toThrow('READONLY');
  await publish(primary, rulesText('green'));

  await expectDocument(source, rulesText('green'));
});

test('while Redis is out of memory the source still works; publishing fails with its error', async () => {
  const { redis, source } = await sourceWithRed();

  await send(redis, ['CONFIG', 'SET', 'maxmemory', '1']);
  await expect(publish(redis, rulesText('green'))).rejects.toThrow('OOM');
  const kept = source.current()?.document;
  await send(redis, ['CONFIG', 'SET', 'maxmemory', '0']);
  await publish(redis, rulesText('green'));
  await expectDocument(source, rulesText('green'));

  expect(kept).toBe(rulesText('red'));
});

test('a connection that the server closes is opened again', async () => {
  const { redis, source } = await sourceWithRed();

  await send(redis, ['CLIENT', 'KILL', 'TYPE', 'pubsub']);
  await publish(redis, rulesText('green'));

  await expectDocument(source, rulesText('green'));
});

test('if nothing listens on the port, the source is ready without a document', async () => {
  const source = openSource(`redis://127.0.0.1:${await freePort()}`);

  await source.ready;

  expect(source.current()).toBeUndefined();
  expect(source.health().lastError).toContain('ECONNREFUSED');
});

test('if Redis accepts connections and never replies, the source is ready without a document after its timeout', async () => {
  const redis = await startRedis();
  await redis.signal('SIGSTOP');
  const source = openSource(redis.url);

  await source.ready;

  expect(source.health()).toEqual({ lastError: expect.stringContaining('no response within 1500 ms') });
});

/** A source that has the red document from its own Redis. */
async function sourceWithRed(): Promise<{ readonly redis: RedisServer; readonly source: RulesSource }> {
  const redis = await startRedis();
  await publish(redis, rulesText('red'));
  const source = openSource(redis.url);
  await expectDocument(source, rulesText('red'));
  return { redis, source };
}

function openSource(url: string): RulesSource {
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

const expectDocument = (source: RulesSource, text: string): Promise<void> =>
  vi.waitFor(() => expect(source.current()?.document).toBe(text), RECOVERY);

const expectError = (source: RulesSource, message: string): Promise<void> =>
  vi.waitFor(() => expect(source.health().lastError).toContain(message), RECOVERY);
