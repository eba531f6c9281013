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
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. Either this or `client` is required. */
  readonly url?: string | undefined;
  /** A client of the package `redis`, connected or not. Its settings are copied; the client itself is not used. */
  readonly client?: RedisClient | undefined;
  /** Milliseconds between two polls while no change is announced. Default: 10,000. */
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
  const create = connector(options);
  const { pollInterval = 10_000, snapshot } = options;
  const interval = validatePollInterval('redisSource: pollInterval', pollInterval);
  if (snapshot !== undefined && (typeof snapshot !== 'string' || snapshot === '')) {
    const what = `snapshot must be the path of a file; got ${quoted(snapshot)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: ${what}`);
  }
  const keys = redisKeys(options);
  const lastGood = new LastGoodDocument(readRules);
  const snapshotFile = snapshot === undefined ? undefined : keepSnapshotFile(snapshot, lastGood);
  const redis = createRedisFetcher(create, keys, {
    published: () => poller.fetchWithin(0),
    disconnected: () => poller.fetchWithin(backoffDelay(1)),
  });
  const delayAfter = (failures: number): number => (failures === 0 ? interval : backoffDelay(failures));
  const poller = startPolling({ fetch: redis.fetch, delayAfter, toleratedFailures: 0 }, lastGood);
  return createSource(lastGood, poller, async () => {
    redis.close();
    await snapshotFile?.flushed();
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

/** A function that opens a connection, for either option. */
function connector({ url, client }: RedisSourceOptions): () => Promise<RedisConnection> {
  if ((url === undefined) === (client === undefined)) {
    const got = url === undefined ? 'neither' : 'both';
    throw new GatekeeperError('ERR_GK_OPTIONS', `redisSource: pass either url or client; got ${got}`);
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
 * Milliseconds to wait after this many failures in a row: 100 to 200 at first, twice as many each time. Half of the delay is
 * random, so that a thousand processes that lost one server do not all reconnect at the same moment. The maximum is 4.5
 * seconds: with the attempt that follows, a source reconnects within 5 seconds after Redis is back.
 */
export function backoffDelay(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(MIN_BACKOFF_MS * 2 ** Math.min(failures - 1, 16), MAX_BACKOFF_MS);
  return longest * (0.5 + random() / 2);
}

const MIN_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 4_500;
