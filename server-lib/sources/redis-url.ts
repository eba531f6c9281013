import { connectionOptions, type RedisCommands, type RedisConnection } from './redis-client.ts';

export function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\//.test(text) && URL.canParse(text);
}

/** A client for a url, not yet connected; the package `redis` is loaded only now. */
export async function redisClient(url: string, connectTimeout?: number): Promise<RedisConnection & RedisCommands> {
  const { createClient } = await import('redis').catch((cause: unknown) => {
    throw new Error('the package redis (npm install redis) cannot be loaded', { cause });
  });
  return createClient({ url, ...connectionOptions({}, connectTimeout) });
}
