import type { RedisCommands } from '../sources/redis-client.ts';
import { withDestroy } from '../sources/redis-connection.ts';
import { reasonOf } from '../sources/redis-failure.ts';
import { type RedisPlace, redisPlace } from '../sources/redis-place.ts';
import { faultInRedisUrl, redisClient } from '../sources/redis-url.ts';
import { type Invocation, type Option, optionOf } from './command.ts';
import { CommandError, EXIT } from './exit-code.ts';

/** The options of every command that goes to Redis. */
export const REDIS_OPTIONS: Readonly<Record<string, Option>> = {
  redis: { value: 'url', help: 'redis://user:password@host:6379/0; or GATEKEEPER_REDIS in the environment' },
  key: { value: 'key', help: 'where the document is; gatekeeper:rules if left out' },
};

/** The same for the commands that read a file unless `--redis` is given. */
export const FILE_OR_REDIS_OPTIONS: Readonly<Record<string, Option>> = {
  redis: {
    value: 'url',
    help: 'reads from redis://user:password@host:6379/0, not from a file; GATEKEEPER_REDIS is not read',
  },
  key: { value: 'key', help: 'where the document is in Redis; gatekeeper:rules if left out' },
};

export function placeIn(invocation: Invocation): RedisPlace {
  const [key, channel] = ['key', 'channel'].map((name) => optionOf(invocation, name));
  if (key === '' || channel === '') throw new CommandError(EXIT.usage, 'a key or a channel has at least one character');
  return redisPlace({ key, channel });
}

/** Which Redis and key a command reads or writes, without the password. */
export function placeName(invocation: Invocation): string {
  return `Redis at ${new URL(redisUrl(invocation)).host}, key "${placeIn(invocation).key}"`;
}

function redisUrl(invocation: Invocation): string {
  const option = optionOf(invocation, 'redis');
  const url = option ?? (invocation.environment.GATEKEEPER_REDIS || undefined);
  const fault = url === undefined ? 'neither it nor GATEKEEPER_REDIS is given' : faultInRedisUrl(url);
  if (url !== undefined && fault === undefined) return url;
  // Not quoted: it may hold a password.
  const got = url === undefined ? fault : `${option === undefined ? 'GATEKEEPER_REDIS' : '--redis'} ${fault}`;
  const way = 'say where Redis is: --redis redis://host:port, or rediss:// for TLS';
  throw new CommandError(EXIT.usage, `${way}; ${got}`);
}

/** Runs `use` with a connection of its own; whatever goes wrong with it becomes one sentence. */
export async function withRedis<Result>(
  invocation: Invocation,
  use: (client: RedisCommands) => Promise<Result>,
): Promise<Result> {
  const url = redisUrl(invocation);
  const loaded = await redisClient(url, DEADLINE).catch((error: unknown) => {
    throw new CommandError(EXIT.unreachable, reasonOf(error));
  });
  const client = withDestroy(loaded);
  let isLate = false;
  // From here on, for loading the package takes its time on a busy machine.
  const deadline = setTimeout(() => {
    isLate = true;
    client.destroy(); // which fails the command that waits
  }, DEADLINE);
  try {
    client.on('error', () => {}); // the command that waits says it
    await client.connect();
    return await use(client);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = isLate ? `no answer within ${DEADLINE / 1000} seconds` : reasonOf(error);
    throw new CommandError(EXIT.unreachable, `Redis at ${new URL(url).host}: ${why}`);
  } finally {
    clearTimeout(deadline);
    client.destroy();
  }
}

const DEADLINE = 5_000;
