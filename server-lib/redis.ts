/** Rules documents in Redis, for many servers. Needs the package `redis`. */
export {
  type LoggedRevision,
  type Published,
  type PublishOptions,
  publishRules,
} from './sources/redis/publish-rules.ts';
export type {
  OwnRedisClient,
  RedisClient,
  RedisConnection,
  RedisKeyOptions,
  RedisScripting,
} from './sources/redis/redis-client.ts';
export { type RedisSourceOptions, redisSource } from './sources/redis/redis-source.ts';
