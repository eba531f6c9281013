import { createClient } from 'redis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource } from '../../../../server-lib/rules/rules-source.ts';
import { publishRules } from '../../../../server-lib/sources/redis/publish-rules.ts';
import { type RedisSourceOptions, redisSource } from '../../../../server-lib/sources/redis/redis-source.ts';
import { rulesSourceContract } from '../../../contracts/rules-source.ts';
import { FakeRedis } from '../../../fakes/fake-redis.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

describe('a Redis in memory', () => {
  rulesSourceContract(async () => {
    const redis = new FakeRedis();
    return {
      open: () => redisSource({ client: redis, pollInterval: 20 }),
      put: async (text) => redis.publish(text),
      remove: async () => redis.publish(undefined),
    };
  });
});

describe('a real Redis', () => {
  rulesSourceContract(async () => {
    const { url } = await startRedis();
    const client = createClient({ url });
    await client.connect();
    onTestFinished(() => client.destroy());
    return {
      open: () => redisSource({ url }),
      put: async (text) => {
        await client.set('gatekeeper:rules', text);
        await client.publish('gatekeeper:rules:changed', '');
      },
      remove: async () => {
        await client.del('gatekeeper:rules');
        await client.publish('gatekeeper:rules:changed', '');
      },
    };
  });
});

test('it reads its key and subscribes to its channel over one connection with the settings of the application’s client', async () => {
  const redis = new FakeRedis();
  redis.text = rulesText('red');
  const source = openSource({ client: redis, key: 'shop:rules' });
  await source.ready;

  redis.publish(rulesText('green'), 'gatekeeper:rules:changed');
  redis.publish(rulesText('green'), 'shop:rules:changed');
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')));

  expect(redis.reads).toEqual(Array(2).fill(['shop:rules', 0, 16 * 1024 * 1024]));
  expect(redis.opened).toEqual([
    {
      RESP: 3,
      disableOfflineQueue: true,
      commandsQueueMaxLength: 16,
      pingInterval: undefined,
      socket: { host: 'redis.test', port: 6379, reconnectStrategy: expect.any(Function), connectTimeout: 1_000 },
    },
  ]);
});

test('ten thousand announcements lead to few reads and to the newest document', async () => {
  const redis = new FakeRedis();
  redis.text = rulesText('red');
  const source = openSource({ client: redis });
  await source.ready;

  for (let time = 0; time < 10_000; time++) redis.publish(rulesText(`red${time}`));
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('red9999')));

  expect(redis.reads.length).toBeLessThanOrEqual(4);
});

test('a connection that is lost, refused or silent is closed before the next one is opened', async () => {
  const redis = new FakeRedis();
  redis.text = rulesText('red');
  const source = openSource({ client: redis });
  await source.ready;

  redis.goDown();
  await vi.waitFor(() => expect(redis.opened.length).toBeGreaterThan(3), { timeout: 5_000 });
  redis.state = 'silent';
  await vi.waitFor(() => expect(source.health().lastError).toContain('no response'), { timeout: 10_000 });
  const open = redis.connections;
  redis.state = 'up';
  redis.text = rulesText('green');
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), { timeout: 6_000 });

  expect(open).toBeLessThanOrEqual(1);
  expect(redis.connections).toBe(1);
  await source.close();
  expect(redis.connections).toBe(0);
});

test('a source can be closed while it connects; a connection that is established later is closed', async () => {
  const redis = new FakeRedis();
  redis.state = 'far';
  const source = openSource({ client: redis });
  await vi.waitFor(() => expect(redis.pendingConnects).toHaveLength(1));

  await source.close();
  redis.completeConnects();

  await vi.waitFor(() => expect(redis.connections).toBe(0));
});

test('an error message of the server is shortened and stripped of control characters', async () => {
  const redis = new FakeRedis();
  redis.refusal = `ERR \x1b[31m${'!'.repeat(1_000)}`;
  const source = openSource({ client: redis });

  await source.ready;

  expect(source.health().lastError).toBe(
    `Redis: the key "gatekeeper:rules" cannot be read: ERR \uFFFD[31m${'!'.repeat(191)}`,
  );
});

test.each([
  // what                          options                                                            message
  ['neither url nor client', {}, 'redisSource: pass either url or client; got neither'],
  ['both', { url: 'redis://h', client: new FakeRedis() }, 'redisSource: pass either url or client; got both'],
  [
    'a url with another scheme',
    { url: 'https://u:secret@h' },
    'redisSource: url must be redis://host:port or rediss://host:port; it does not start with redis:// or rediss://',
  ],
  [
    'an invalid url',
    { url: 'redis://u:secret@h:x' },
    'redisSource: url must be redis://host:port or rediss://host:port; it is not a valid URL',
  ],
  [
    'a database that is not a number',
    { url: 'redis://u:secret@h/db' },
    'redisSource: url must be redis://host:port or rediss://host:port; it does not end with a database number such as /0',
  ],
  [
    'a misspelt option',
    { url: 'redis://h', polInterval: 50 },
    'redisSource: there is no option "polInterval"; did you mean "pollInterval"?',
  ],
  ['a url in place of options', 'redis://u:secret@h', 'redisSource: options must be an object; got a string'],
  ['an empty key', { url: 'redis://h', key: '' }, 'Redis: key must be a string of at least one character; got ""'],
  [
    'an interval of 0',
    { url: 'redis://h', pollInterval: 0 },
    'redisSource: pollInterval must be from 10 to 86400000 milliseconds; got "0"',
  ],
])('%s throws at once, with a message that does not contain the password', (_, options, message) => {
  expect(() => redisSource(options as RedisSourceOptions)).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message }),
  );
});

function openSource(options: RedisSourceOptions): RulesSource {
  const source = redisSource(options);
  onTestFinished(() => source.close());
  return source;
}

test('the settings of the application’s client are copied; it need not be connected and is not changed', async () => {
  const { url } = await startRedis();
  const client = createClient({ url, commandsQueueMaxLength: 7 });
  const other = await createClient({ url }).connect();
  onTestFinished(() => other.destroy());
  await publishRules(other, rulesText('red'));

  const source = openSource({ client });
  await source.ready;

  expect(source.current()?.document).toBe(rulesText('red'));
  expect(client.isOpen).toBe(false);
  expect(client.options.commandsQueueMaxLength).toBe(7);
});
