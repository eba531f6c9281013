import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from 'redis';
import { onTestFinished, vi } from 'vitest';
import { keySlot } from '../../../server-lib/sources/redis/redis-topology.ts';
import { folderForThisTest } from '../temporary-folder.ts';
import { freePort, launchSentinel } from './redis-process.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const SLOW = { timeout: 60_000, interval: 50 };

/** A primary, its replica, and a sentinel that lets the replica take over. */
export interface SentinelGroup {
  readonly name: string;
  readonly sentinelPort: number;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
}

export async function startSentinelGroup(): Promise<SentinelGroup> {
  const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  await send(replica, 'REPLICAOF', '127.0.0.1', portOf(primary));
  await vi.waitFor(async () => {
    if (!(await send(replica, 'INFO', 'replication')).includes('master_link_status:up')) throw new Error('not yet');
  }, SLOW);
  const sentinelPort = await freePort();
  const configuration = path.join(folderForThisTest(), 'sentinel.conf');
  writeFileSync(
    configuration,
    `port ${sentinelPort}
bind 127.0.0.1
sentinel monitor shop 127.0.0.1 ${portOf(primary)} 1
sentinel down-after-milliseconds shop 500
sentinel failover-timeout shop 2000
`,
  );
  const sentinel = await launchSentinel(sentinelPort, configuration);
  onTestFinished(() => sentinel.signal('SIGKILL'));
  const asked = { url: `redis://127.0.0.1:${sentinelPort}` };
  await vi.waitFor(async () => {
    if (!(await send(asked, 'SENTINEL', 'REPLICAS', 'shop')).includes(portOf(replica))) throw new Error('not yet');
  }, SLOW);
  return { name: 'shop', sentinelPort, primary, replica };
}

/** A cluster of three servers, and a replica of the one that has the key. */
export interface Cluster {
  readonly ports: readonly number[];
  /** The server that has the key. */
  readonly owner: RedisServer;
  /** Its replica. */
  readonly replica: RedisServer;
}

export async function startCluster(key: string): Promise<Cluster> {
  const bus = await Promise.all([0, 1, 2, 3].map(() => freePort()));
  const servers = await Promise.all(bus.map((port) => startRedis(clusterSettings(port))));
  const third = 16_384 / 3;
  const ranges = [0, 1, 2].map((at) => [Math.floor(at * third), Math.floor((at + 1) * third) - 1] as const);
  ranges[2] = [ranges[2]?.[0] ?? 0, 16_383];
  for (const [at, [from, to]] of ranges.entries()) {
    await send(servers[at] as RedisServer, 'CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
  }
  const [first, , , replica] = servers as [RedisServer, RedisServer, RedisServer, RedisServer];
  for (const [at, server] of servers.entries()) {
    await send(first, 'CLUSTER', 'MEET', '127.0.0.1', portOf(server), String(bus[at]));
  }
  const slot = keySlot(key);
  const owner = servers[ranges.findIndex(([from, to]) => slot >= from && slot <= to)] as RedisServer;
  const id = (await send(owner, 'CLUSTER', 'MYID')).trim();
  await vi.waitFor(() => send(replica, 'CLUSTER', 'REPLICATE', id), SLOW); // once it has heard of the owner
  for (const server of servers) {
    await vi.waitFor(async () => {
      const [info, nodes] = [await send(server, 'CLUSTER', 'INFO'), await send(server, 'CLUSTER', 'NODES')];
      if (!info.includes('cluster_state:ok') || !nodes.includes(' slave ') === !nodes.includes('myself,slave'))
        throw new Error('not yet');
    }, SLOW);
  }
  await vi.waitFor(async () => {
    if (!(await send(replica, 'INFO', 'replication')).includes('master_link_status:up')) throw new Error('not yet');
  }, SLOW);
  return { ports: servers.slice(0, 3).map((server) => Number(portOf(server))), owner, replica };
}

function clusterSettings(busPort: number): readonly string[] {
  return ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-port', String(busPort)];
}

/** Sends one command over a connection of its own. Resolves with the reply as a string. */
export async function send({ url }: Pick<RedisServer, 'url'>, ...command: readonly string[]): Promise<string> {
  const client = createClient({ url });
  client.on('error', () => {});
  try {
    await client.connect();
    const reply: unknown = await client.sendCommand(command);
    return typeof reply === 'string' ? reply : JSON.stringify(reply);
  } finally {
    client.destroy();
  }
}

const portOf = ({ url }: RedisServer): string => new URL(url).port;
