import { createRequire } from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { publishRules, type RedisClient, type RedisScripting, redisSource } from '../../../../server-lib/redis.ts';
import { keySlot } from '../../../../server-lib/sources/redis/redis-topology.ts';
import { send, startCluster, startSentinelGroup } from '../../../helpers/processes/redis-groups.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';
import { sampled } from '../../../helpers/vitest/depth.ts';

const require = createRequire(import.meta.url);
const KEY = 'gatekeeper:rules';
const flags = { BUTTON: { variants: ['grey', 'red', 'green', 'blue', 'none'], default: 'grey' } } as const;
const SLOW = { timeout: 60_000, interval: 50 };
const RECOVERY = { timeout: 5_000, interval: 20 }; // from the time when the new primary has the document

interface Client extends RedisClient, RedisScripting {
  connect?(): Promise<unknown>;
  disconnect?(): unknown;
  destroy?(): unknown;
}

const SENTINELS: readonly (readonly [name: string, create: (name: string, port: number) => Client])[] = [
  ['redis', (name, port) => sentinelOf('redis', name, port)],
  ['ioredis', (name, port) => new (require('ioredis'))({ sentinels: [{ host: '127.0.0.1', port }], name })],
  ['redis5', (name, port) => sentinelOf('redis5', name, port)],
  ['ioredis5', (name, port) => new (require('ioredis5'))({ sentinels: [{ host: '127.0.0.1', port }], name })],
];

test.each(sampled(SENTINELS, 2))(
  'with sentinels and the package %s, requests use the last good rules during a failover, and then new ones',
  async (_, create) => {
    const group = await startSentinelGroup();
    const client = await connected(create(group.name, group.sentinelPort));
    await publishRules(client, rulesText('red'));
    await vi.waitFor(async () => expect(await send(group.replica, 'GET', KEY)).toBe(rulesText('red')), SLOW);
    const keeper = keeperOn(client);
    await keeper.ready;
    await vi.waitFor(() => expect(variantOf(keeper)).toBe('red'), SLOW);

    await group.primary.signal('SIGKILL');
    const variants = new Set<string>();
    await vi.waitFor(async () => {
      variants.add(variantOf(keeper));
      expect(await send(group.replica, 'ROLE')).toContain('master');
    }, SLOW);
    await publishTo(group.replica.url, rulesText('green'));
    await vi.waitFor(() => expect(variantOf(keeper)).toBe('green'), RECOVERY);

    expect(variants).toEqual(new Set(['red']));
    await vi.waitFor(() => expect(keeper.health()).not.toHaveProperty('lastError'), SLOW);
  },
);

const CLUSTERS: readonly (readonly [name: string, create: (ports: readonly number[]) => Client])[] = [
  ['redis', (ports) => clusterOf('redis', ports)],
  ['ioredis', (ports) => ioredisCluster('ioredis', ports)],
  ['redis4', (ports) => clusterOf('redis4', ports)],
  ['redis5', (ports) => clusterOf('redis5', ports)],
  ['ioredis5', (ports) => ioredisCluster('ioredis5', ports)],
];

test.each(sampled(CLUSTERS, 2))(
  'with a cluster of three and the package %s, requests use the last good rules while it loses a server, and then new ones',
  async (_, create) => {
    const { ports, owner, replica } = await startCluster(KEY);
    const client = await connected(create(ports));
    await publishRules(client, rulesText('red'));
    const keeper = keeperOn(client);
    await keeper.ready;
    await vi.waitFor(() => expect(variantOf(keeper)).toBe('red'), SLOW);
    await publishRules(client, rulesText('blue'));
    await vi.waitFor(() => expect(variantOf(keeper)).toBe('blue'), SLOW);

    await owner.signal('SIGKILL');
    const variants = new Set<string>();
    await vi.waitFor(async () => {
      variants.add(variantOf(keeper));
      expect(await send(replica, 'CLUSTER', 'INFO')).toContain('cluster_state:ok');
      expect(await send(replica, 'ROLE')).toContain('master');
    }, SLOW);
    await publishTo(replica.url, rulesText('green'));
    await vi.waitFor(() => expect(variantOf(keeper)).toBe('green'), RECOVERY);

    expect(variants).toEqual(new Set(['blue']));
    await vi.waitFor(() => expect(keeper.health()).not.toHaveProperty('lastError'), SLOW);
  },
);

test.each([
  // key                    slot, as CLUSTER KEYSLOT says
  ['123456789', 12739],
  ['gatekeeper:rules', 4802],
  ['{gatekeeper:rules}:log', 4802],
  ['{}{a}', 13650],
  ['größe', 9425],
])('the slot of %s is %i', (key, slot) => {
  expect(keySlot(key)).toBe(slot);
});

function keeperOn(client: Client) {
  const keeper = createGatekeeper({ flags, rules: redisSource({ client }), onError: () => {} });
  onTestFinished(() => keeper.close());
  return keeper;
}

function variantOf(keeper: ReturnType<typeof keeperOn>): string {
  return keeper.gateFor().ffVariant('BUTTON');
}

async function publishTo(url: string, text: string): Promise<void> {
  const client = await connected(require('redis').createClient({ url }));
  await publishRules(client, text);
}

async function connected(client: Client): Promise<Client> {
  client.on('error', () => {});
  if (!('status' in client)) await client.connect?.(); // ioredis connects by itself
  onTestFinished(async () => {
    await (client.destroy ?? client.disconnect)?.call(client);
  });
  return client;
}

function sentinelOf(version: string, name: string, port: number): Client {
  return require(version).createSentinel({ name, sentinelRootNodes: [{ host: '127.0.0.1', port }] });
}

function clusterOf(version: string, ports: readonly number[]): Client {
  return require(version).createCluster({ rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) });
}

function ioredisCluster(version: string, ports: readonly number[]): Client {
  return new (require(version).Cluster)(ports.map((port) => ({ host: '127.0.0.1', port })));
}
