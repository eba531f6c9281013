/** Rules documents in Redis: for many servers at once. Needs the package `redis`. */
export { type LoggedRevision, type Published, type PublishOptions, publishRules } from './sources/publish-rules.ts';
export type { OwnRedisClient, RedisClient, RedisConnection, RedisScripting } from './sources/redis-client.ts';
export type { RedisPlaceOptions } from './sources/redis-place.ts';
export { type RedisSourceOptions, redisSource } from './sources/redis-source.ts';
