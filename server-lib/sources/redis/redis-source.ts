import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf } from '../../core/values.ts';
import type { RulesSource } from '../../rules/rules-source.ts';
import { type AnnouncedOptions, remoteSource } from '../remote-source.ts';
import {
  createRedisClient,
  type RedisClient,
  type RedisKeyOptions,
  redisKeys,
  redisUrlError,
  toRedisConnection,
} from './redis-client.ts';
import { createRedisFetcher } from './redis-fetcher.ts';
import { type RedisTopology, topologyOf } from './redis-topology.ts';

export interface RedisSourceOptions extends RedisKeyOptions, AnnouncedOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. Either this or `client` is required. */
  readonly url?: string | undefined;
  /** A client of the package `redis` or `ioredis`, connected or not. Its settings are copied; the client itself is not used. */
  readonly client?: RedisClient | undefined;
  /** Milliseconds between two polls while no change is announced. Default: 10,000; with a cluster or sentinels 3,000. */
  readonly pollInterval?: number | undefined;
  /** A file that stores the last good document, for a start while Redis is down. */
  readonly snapshot?: string | undefined;
}

/**
 * Rules from a key in Redis: read when a document is published, every ten seconds, and after a lost connection. Evaluations
 * never wait for Redis. While Redis is down or has no valid document, the last good one stays in force.
 */
export function redisSource(given: RedisSourceOptions): RulesSource {
  const options = readOptions('redisSource', given, OPTIONS);
  const { open, canFailOver } = topology(options);
  const keys = redisKeys(options);
  return remoteSource(
    {
      owner: 'redisSource',
      pollInterval: canFailOver ? 3_000 : 10_000,
      connect: (events) => createRedisFetcher(() => open(keys.key), keys, events),
    },
    options,
  );
}

const OPTIONS: OptionNames<RedisSourceOptions> = {
  url: true,
  client: true,
  key: true,
  channel: true,
  pollInterval: true,
  snapshot: true,
  spread: true,
};

function topology({ url, client }: RedisSourceOptions): RedisTopology {
  if ((url === undefined) === (client === undefined)) {
    const got = url === undefined ? 'neither' : 'both';
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: pass either url or client; got ${got}`);
  }
  if (client !== undefined) return topologyOf(client);
  const fault = typeof url === 'string' ? redisUrlError(url) : `is ${kindOf(url)}`;
  if (typeof url !== 'string' || fault !== undefined) {
    const what = `url must be redis://host:port or rediss://host:port; it ${fault}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  return { open: async () => toRedisConnection(await createRedisClient(url)), canFailOver: false };
}
