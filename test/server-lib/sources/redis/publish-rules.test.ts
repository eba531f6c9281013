import { createClient } from 'redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { publishRules, readLog } from '../../../../server-lib/sources/redis/publish-rules.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const KEY = 'gatekeeper:rules';

test('publishing writes the text unchanged, announces it on the channel and adds an entry to the log', async () => {
  const client = await connected();
  const announced: string[] = [];
  await client.subscribe(`${KEY}:changed`, (message) => announced.push(message));

  const published = await publishRules(client, rulesText('red'), { author: 'Ada', message: 'Red for all' });

  expect(published).toEqual({ kind: 'published', revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(await client.get(KEY)).toBe(rulesText('red'));
  expect(announced).toEqual([published.revision]);
  expect(await readLog(client)).toEqual([
    {
      revision: published.revision,
      author: 'Ada',
      message: 'Red for all',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      document: rulesText('red'),
    },
  ]);
});

test('an object is published as JSON with line breaks', async () => {
  const client = await connected();

  await publishRules(client, { flags: {} });

  expect(await client.get(KEY)).toBe('{\n  "flags": {}\n}');
});

test('publishing the current document again does not log it again', async () => {
  const client = await connected();
  const { revision } = await publishRules(client, rulesText('red'));

  const again = await publishRules(client, rulesText('red'));

  expect(again).toEqual({ kind: 'unchanged', revision });
  expect(await readLog(client)).toHaveLength(1);
});

test('if two clients publish in place of the same revision, the second is rejected and changes nothing', async () => {
  const client = await connected();
  const { revision: expected } = await publishRules(client, rulesText('red'));

  const [one, other] = await Promise.all([
    publishRules(client, rulesText('green'), { expected }),
    publishRules(client, rulesText('blue'), { expected }),
  ]);

  expect(one.kind).toBe('published');
  expect(other).toEqual({ kind: 'rejected', revision: one.revision });
  expect(await client.get(KEY)).toBe(rulesText('green'));
  expect(await readLog(client)).toHaveLength(2);
});

test('with the empty revision, a document is published only if there is none', async () => {
  const client = await connected();

  const first = await publishRules(client, rulesText('red'), { expected: '' });
  const second = await publishRules(client, rulesText('green'), { expected: '' });

  expect([first.kind, second.kind]).toEqual(['published', 'rejected']);
});

test('the log keeps the last twenty revisions, newest first', async () => {
  const client = await connected();

  for (let time = 1; time <= 25; time++) await publishRules(client, rulesText(`c${time}`), { message: `${time}` });

  const messages = (await readLog(client)).map(({ message }) => message);
  expect(messages).toEqual(Array.from({ length: 20 }, (_, at) => String(25 - at)));
});

test('a document that servers would refuse does not reach Redis', async () => {
  const client = await connected();

  await expect(publishRules(client, '{}')).rejects.toMatchObject({ name: 'GatekeeperError' });

  expect(await client.exists(KEY)).toBe(0);
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
