import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf, quoted } from '../../core/values.ts';
import type { RulesSource } from '../../rules/rules-source.ts';
import { LastGoodDocument } from '../last-good-document.ts';
import { createSource, startPolling, validatePollInterval } from '../poller.ts';
import { keepSnapshotFile } from '../snapshot-file.ts';
import { readRules } from '../validate-rules.ts';
import {
  connectionOptions,
  createRedisClient,
  type RedisClient,
  type RedisConnection,
  type RedisKeyOptions,
  redisKeys,
  redisUrlError,
  toRedisConnection,
} from './redis-client.ts';
import { createRedisFetcher } from './redis-fetcher.ts';

export interface RedisSourceOptions extends RedisKeyOptions {
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
  const create = connector(options);
  const { pollInterval = 10_000, snapshot } = options;
  const pause = validatePollInterval('redisSource: pollInterval', pollInterval);
  if (snapshot !== undefined && (typeof snapshot !== 'string' || snapshot === '')) {
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: snapshot must be a file's path; got ${quoted(snapshot)}`);
  }
  const place = redisKeys(options);
  const lastGood = new LastGoodDocument(readRules);
  const disk = snapshot === undefined ? undefined : keepSnapshotFile(snapshot, lastGood);
  const redis = createRedisFetcher(create, place, {
    published: () => poller.fetchWithin(0),
    disconnected: () => poller.fetchWithin(backoffDelay(1)),
  });
  const pauseAfter = (failures: number): number => (failures === 0 ? pause : backoffDelay(failures));
  const poller = startPolling({ fetch: redis.fetch, delayAfter: pauseAfter, toleratedFailures: 0 }, lastGood);
  return createSource(lastGood, poller, async () => {
    redis.close();
    await disk?.flushed();
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
function connector({ url, client }: RedisSourceOptions): () => Promise<RedisConnection> {
  if ((url === undefined) === (client === undefined)) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'redisSource wants a url or a client, and not both');
  }
  if (client !== undefined && typeof client?.duplicate !== 'function') {
    const what = `client must be a client of the package redis; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  if (client !== undefined)
    return async () => toRedisConnection(client.duplicate(connectionOptions(client.options?.socket)));
  const fault = typeof url === 'string' ? redisUrlError(url) : `is ${kindOf(url)}`;
  if (typeof url !== 'string' || fault !== undefined) {
    const what = `url must be redis://host:port or rediss://host:port; it ${fault}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  return async () => toRedisConnection(await createRedisClient(url));
}

/**
 * How many milliseconds to wait after so many failures in a row: 100 to 200 at first, twice as many each time. Half of a
 * pause is left to chance, so that a thousand processes which lost one server at one moment do not come back at one
 * moment. The longest is 4.5 seconds: with the attempt that follows, Redis is not away for 5 seconds after it is back.
 */
export function backoffDelay(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(MIN_BACKOFF_MS * 2 ** Math.min(failures - 1, 16), MAX_BACKOFF_MS);
  return longest * (0.5 + random() / 2);
}

const MIN_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 4_500;
