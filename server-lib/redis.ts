/** Rules documents in Redis, for many servers. Needs the package `redis`. */
export type { LoggedRevision, PublicationOptions, Published } from './sources/publication.ts';
export { type PublishOptions, publishRules } from './sources/redis/publish-rules.ts';
export type {
  OwnRedisClient,
  RedisClient,
  RedisConnection,
  RedisKeyOptions,
  RedisScripting,
} from './sources/redis/redis-client.ts';
export { type RedisSourceOptions, redisSource } from './sources/redis/redis-source.ts';
export type { AnnouncedOptions, RemoteOptions } from './sources/remote-source.ts';
