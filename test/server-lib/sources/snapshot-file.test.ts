import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource } from '../../../server-lib/rules/rules-source.ts';
import { redisSource } from '../../../server-lib/sources/redis/redis-source.ts';
import { FakeRedis } from '../../fakes/fake-redis.ts';
import { rulesText } from '../../helpers/rules-documents.ts';
import { folderForThisTest } from '../../helpers/temporary-folder.ts';

test('if Redis is down at the start, the source uses the snapshot and knows its age', async () => {
  const snapshot = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(snapshot, rulesText('red'));
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(snapshot, anHourAgo, anHourAgo);
  const redis = new FakeRedis();
  redis.state = 'silent';

  const source = openSource(redis, snapshot);
  await source.ready;

  expect(source.current()?.document).toBe(rulesText('red'));
  expect(source.health()).toMatchObject({ lastError: expect.stringContaining('no response') });
  expect(source.health().age).toBeGreaterThan(3600);
});

test('the document in Redis has precedence over the snapshot and replaces it', async () => {
  const folder = folderForThisTest();
  const snapshot = path.join(folder, 'rules.json');
  writeFileSync(snapshot, rulesText('red'));
  const redis = new FakeRedis();
  redis.text = rulesText('green');

  const source = openSource(redis, snapshot);
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')));
  await source.close();

  expect(readFileSync(snapshot, 'utf8')).toBe(rulesText('green'));
  expect(readdirSync(folder)).toEqual(['rules.json']);
});

test('after several changes, the snapshot has the last document when the source is closed', async () => {
  const snapshot = path.join(folderForThisTest(), 'rules.json');
  const redis = new FakeRedis();
  redis.text = rulesText('red');
  const source = openSource(redis, snapshot);
  await source.ready;

  for (const colour of ['pink', 'cyan', 'blue']) {
    redis.publish(rulesText(colour));
    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText(colour)));
  }
  await source.close();

  expect(readFileSync(snapshot, 'utf8')).toBe(rulesText('blue'));
});

test('an invalid snapshot is ignored', async () => {
  const snapshot = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(snapshot, rulesText('red').slice(0, 20));
  const redis = new FakeRedis();
  redis.state = 'down';

  const source = openSource(redis, snapshot);
  await source.ready;

  expect(source.current()).toBeUndefined();
});

test('a snapshot that cannot be written is reported, and the document is used', async () => {
  const snapshot = path.join(folderForThisTest(), 'no-such-folder', 'rules.json');
  const redis = new FakeRedis();
  redis.text = rulesText('red');

  const source = openSource(redis, snapshot);
  await vi.waitFor(() => expect(source.health().lastError).toContain('cannot be written'));

  expect(source.current()?.document).toBe(rulesText('red'));
});

function openSource(redis: FakeRedis, snapshot: string): RulesSource {
  const source = redisSource({ client: redis, snapshot });
  onTestFinished(() => source.close());
  return source;
}
