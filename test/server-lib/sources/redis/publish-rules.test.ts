import { createClient } from 'redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { publishRules, readLog } from '../../../../server-lib/sources/redis/publish-rules.ts';
import { publishingContract } from '../../../contracts/publishing.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const KEY = 'gatekeeper:rules';

publishingContract(async () => {
  const client = await connected();
  const subscriber = await client.duplicate().connect();
  onTestFinished(() => subscriber.destroy());
  const announced: string[] = [];
  await subscriber.subscribe(`${KEY}:changed`, (message) => announced.push(message));
  return {
    publish: (document, options) => publishRules(client, document, options),
    read: async () => (await client.get(KEY)) ?? '',
    log: (range) => readLog(client, {}, range),
    announced,
  };
});

test('without `keep`, the log has the last twenty revisions', async () => {
  const client = await connected();

  for (let time = 1; time <= 25; time++) await publishRules(client, rulesText(`c${time}`), { message: `${time}` });

  const messages = (await readLog(client, {}, { limit: 100 })).map(({ message }) => message);
  expect(messages).toEqual(Array.from({ length: 20 }, (_, at) => String(25 - at)));
});

test('keys of another type are replaced', async () => {
  const client = await connected();
  await client.sAdd(KEY, 'not a string');
  await client.set(`{${KEY}}:log`, 'not a list');

  await publishRules(client, rulesText('red'));

  expect(await client.get(KEY)).toBe(rulesText('red'));
  expect(await readLog(client)).toHaveLength(1);
});

test('invalid entries of the log are left out', async () => {
  const client = await connected();
  await publishRules(client, rulesText('red'));
  await client.lPush(`{${KEY}}:log`, ['no JSON', '7', '{"revision":1}', 'null']);

  expect(await readLog(client)).toHaveLength(1);
});

test.each(['gatekeeper:rules', '{shop}:rules'])(
  '%s and its log have one hash slot, so publishing works in a cluster',
  async (key) => {
    const client = await connected(['--cluster-enabled', 'yes']);
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    await vi.waitFor(async () => expect(await client.clusterInfo()).toContain('cluster_state:ok'), { timeout: 10_000 });

    const { kind } = await publishRules(client, rulesText('red'), { key });

    expect(kind).toBe('published');
    expect(await readLog(client, { key })).toHaveLength(1);
  },
);

async function connected(settings: readonly string[] = []) {
  const { url } = await startRedis(settings);
  const client = await createClient({ url }).connect();
  onTestFinished(() => client.destroy());
  return client;
}

test('a misspelt option is refused, because without it any document would be replaced', async () => {
  const client = { eval: () => Promise.reject(new Error('not called')) };

  await expect(publishRules(client, rulesText('red'), { expect: '' } as never)).rejects.toMatchObject({
    code: 'ERR_GK_OPTIONS',
    message: 'publishRules: there is no option "expect"; did you mean "expected"?',
  });
});
