import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { publishRules, type RedisClient, type RedisScripting, redisSource } from '../../../../server-lib/redis.ts';
import { runNode } from '../../../helpers/processes/process.ts';
import { send } from '../../../helpers/processes/redis-groups.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const require = createRequire(import.meta.url);
const PACKAGES = ['redis4', 'redis5', 'redis', 'ioredis5', 'ioredis'];

test.each(PACKAGES)(
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
    for (const type of ['normal', 'pubsub']) await send({ url }, 'CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    await publishRules(await connected(name, url), rulesText('blue'));

    await vi.waitFor(() => expect(current()).toBe(rulesText('blue')), 10_000);
  },
);

test.each(['ioredis5', 'ioredis'])(
  'a key prefix of a client of %s applies to the document and to its log',
  async (name) => {
    const { url } = await startRedis();
    const client = await connected(name, url, { keyPrefix: 'app:' });
    await publishRules(client, rulesText('red'));
    const source = redisSource({ client, pollInterval: 60_000 });
    onTestFinished(() => source.close());
    await source.ready;

    await publishRules(client, rulesText('green'));

    await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), 10_000);
    const keys = await send({ url }, 'KEYS', '*');
    expect(JSON.parse(keys).sort()).toEqual(['app:gatekeeper:rules', 'app:{gatekeeper:rules}:log']);
  },
);

test.each(PACKAGES)('a source with the package %s has no connection after it is closed', async (name) => {
  const { url } = await startRedis();
  const client = await connected(name, url);
  await publishRules(client, rulesText('red'));
  const connections = async (): Promise<number> =>
    (await send({ url }, 'CLIENT', 'LIST')).trim().split('\n').length - 1; // without the one that asks
  const source = redisSource({ client });
  await source.ready;
  expect(await connections()).toBeGreaterThan(1);

  await source.close();

  await vi.waitFor(async () => expect(await connections()).toBe(1), 10_000);
});

interface Client extends RedisClient, RedisScripting {
  connect(): Promise<unknown>;
  disconnect(): unknown;
  destroy?(): unknown;
}

async function connected(name: string, url: string, options: object = {}): Promise<Client> {
  const isIoredis = name.startsWith('ioredis');
  const client: Client = isIoredis
    ? new (require(name))(url, { ...options, lazyConnect: true })
    : require(name).createClient({ url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(async () => {
    await Promise.resolve((client.destroy ?? client.disconnect).call(client)).catch(() => {});
  });
  return client;
}

test.each(['ioredis5', 'ioredis'])('a program with a source on %s that is not closed exits by itself', async (name) => {
  const { url } = await startRedis();
  await publishRules(await connected(name, url), rulesText('red'));
  const entry = pathToFileURL(path.join(ROOT, 'dist/server-lib/redis.js'));
  const program = `
    import Redis from ${JSON.stringify(pathToFileURL(require.resolve(name)))};
    import { redisSource } from ${JSON.stringify(entry)};
    const source = redisSource({ client: new Redis(${JSON.stringify(url)}, { lazyConnect: true }) });
    await source.ready;
    console.log(source.current() !== undefined);`;

  const ended = await runNode(['--input-type=module', '--eval', program]);

  expect(ended).toEqual({ code: 0, output: 'true\n' });
});
