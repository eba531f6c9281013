import { connectionOptions, type OwnRedisClient, type RedisCommands } from './redis-client.ts';

export function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\//.test(text) && URL.canParse(text);
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
