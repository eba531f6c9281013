import { GatekeeperError, kindOf, quoted } from '../core/gatekeeper-error.ts';
import { type OptionNames, readOptions } from '../core/read-options.ts';
import type { RulesSource } from '../rules/rules-source.ts';
import { backOff } from './back-off.ts';
import { diskCopy } from './disk-copy.ts';
import { readRules } from './judge-rules.ts';
import { keepFresh } from './keep-fresh.ts';
import { LastGood } from './last-good.ts';
import { lookAtRedis } from './look-at-redis.ts';
import { milliseconds } from './milliseconds.ts';
import { connectionOptions, type RedisClient, type RedisConnection } from './redis-client.ts';
import { connectionOf } from './redis-connection.ts';
import { type RedisPlaceOptions, redisPlace } from './redis-place.ts';
import { faultInRedisUrl, redisClient } from './redis-url.ts';
import { sourceOf } from './source.ts';

export interface RedisSourceOptions extends RedisPlaceOptions {
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS; or a `client`. */
  readonly url?: string | undefined;
  /** A client of the package `redis`, connected or not. Connections like it are opened; it is not used itself. */
  readonly client?: RedisClient | undefined;
  /** Milliseconds between two looks while nobody publishes: 10,000 where nothing is said. */
  readonly pollInterval?: number | undefined;
  /** A file that keeps the last good document, for a start while Redis is down. */
  readonly snapshot?: string | undefined;
}

/**
 * Rules from a key in Redis: read when somebody publishes, every ten seconds, and at once after Redis was away. No
 * evaluation ever waits for Redis; while it is away, or holds what is no rules document, the last good one stays.
 */
export function redisSource(given: RedisSourceOptions): RulesSource {
  const options = readOptions('redisSource', given, OPTIONS);
  const create = connecting(options);
  const { pollInterval = 10_000, snapshot } = options;
  const pause = milliseconds('redisSource: pollInterval', pollInterval);
  if (snapshot !== undefined && (typeof snapshot !== 'string' || snapshot === '')) {
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: snapshot must be a file's path; got ${quoted(snapshot)}`);
  }
  const place = redisPlace(options);
  const lastGood = new LastGood(readRules);
  const disk = snapshot === undefined ? undefined : diskCopy(snapshot, lastGood);
  const redis = lookAtRedis(create, place, {
    published: () => freshness.lookWithin(0),
    lost: () => freshness.lookWithin(backOff(1)),
  });
  const pauseAfter = (failures: number): number => (failures === 0 ? pause : backOff(failures));
  const freshness = keepFresh({ look: redis.look, pauseAfter, patience: 0 }, lastGood);
  return sourceOf(lastGood, freshness, async () => {
    redis.leave();
    await disk?.written();
  });
}

const OPTIONS: OptionNames<RedisSourceOptions> = {
  url: true,
  client: true,
  key: true,
  channel: true,
  pollInterval: true,
  snapshot: true,
};

/** How to open a connection, out of the two ways to say so. */
function connecting({ url, client }: RedisSourceOptions): () => Promise<RedisConnection> {
  if ((url === undefined) === (client === undefined)) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'redisSource wants a url or a client, and not both');
  }
  if (client !== undefined && typeof client?.duplicate !== 'function') {
    const what = `client must be a client of the package redis; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  if (client !== undefined)
    return async () => connectionOf(client.duplicate(connectionOptions(client.options?.socket)));
  const fault = typeof url === 'string' ? faultInRedisUrl(url) : `is ${kindOf(url)}`;
  if (typeof url !== 'string' || fault !== undefined) {
    const what = `url must be redis://host:port or rediss://host:port; it ${fault}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  return async () => connectionOf(await redisClient(url));
}
