import { connectionOptions, type OwnRedisClient, type RedisCommands } from './redis-client.ts';

/** What is wrong with the address of a Redis, without a word of it: it may hold a password. */
export function faultInRedisUrl(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return 'is not such an address';
  // The client refuses it with "Invalid pathname", each time that it connects.
  return /^\/?\d*$/.test(new URL(text).pathname) ? undefined : 'does not end with the number of a database, as in /0';
}

/** A client for a url, not yet connected; the package `redis` is loaded only now. */
export async function redisClient(url: string, connectTimeout?: number): Promise<OwnRedisClient & RedisCommands> {
  const { createClient } = await loaded();
  return createClient({ url, ...connectionOptions({}, connectTimeout) });
}

async function loaded(): Promise<typeof import('redis')> {
  try {
    return await import('redis'); // within `try`, bundlers do without it where it is not installed
  } catch (cause) {
    throw new Error('the package redis (npm install redis) cannot be loaded', { cause });
  }
}
