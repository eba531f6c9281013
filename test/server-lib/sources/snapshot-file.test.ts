import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource } from '../../../server-lib/rules/rules-source.ts';
import { redisSource } from '../../../server-lib/sources/redis/redis-source.ts';
import { FakeRedis } from '../../fakes/fake-redis.ts';
import { rulesText } from '../../helpers/rules-documents.ts';
import { folderForThisTest } from '../../helpers/temporary-folder.ts';

test('a start while Redis is down serves the last good document from disk, and knows how old it is', async () => {
  const snapshot = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(snapshot, rulesText('red'));
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(snapshot, anHourAgo, anHourAgo);
  const redis = new FakeRedis();
  redis.state = 'silent';

  const source = opened(redis, snapshot);
  await source.ready;

  expect(source.current()?.document).toBe(rulesText('red'));
  expect(source.health()).toMatchObject({ lastError: expect.stringContaining('no answer') });
  expect(source.health().age).toBeGreaterThan(3600);
});

test('what Redis says counts for more than the disk, and is on the disk afterwards', async () => {
  const folder = folderForThisTest();
  const snapshot = path.join(folder, 'rules.json');
  writeFileSync(snapshot, rulesText('red'));
  const redis = new FakeRedis();
  redis.text = rulesText('green');

  const source = opened(redis, snapshot);
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')));
  await source.close();

  expect(readFileSync(snapshot, 'utf8')).toBe(rulesText('green'));
  expect(readdirSync(folder)).toEqual(['rules.json']);
});

test('of many changes the last is on the disk when the source is closed', async () => {
  const snapshot = path.join(folderForThisTest(), 'rules.json');
  const redis = new FakeRedis();
  redis.text = rulesText('red');
  const source = opened(redis, snapshot);
  await source.ready;

  for (const colour of ['pink', 'cyan', 'blue']) {
    redis.publish(rulesText(colour));
    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText(colour)));
  }
  await source.close();

  expect(readFileSync(snapshot, 'utf8')).toBe(rulesText('blue'));
});

test('a copy that is spoilt counts as none', async () => {
  const snapshot = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(snapshot, rulesText('red').slice(0, 20));
  const redis = new FakeRedis();
  redis.state = 'down';

  const source = opened(redis, snapshot);
  await source.ready;

  expect(source.current()).toBeUndefined();
});

test('a copy that cannot be written is said, and costs the document nothing', async () => {
  const snapshot = path.join(folderForThisTest(), 'no-such-folder', 'rules.json');
  const redis = new FakeRedis();
  redis.text = rulesText('red');

  const source = opened(redis, snapshot);
  await vi.waitFor(() => expect(source.health().lastError).toContain('cannot be written'));

  expect(source.current()?.document).toBe(rulesText('red'));
});

function opened(redis: FakeRedis, snapshot: string): RulesSource {
  const source = redisSource({ client: redis, snapshot });
  onTestFinished(() => source.close());
  return source;
}
