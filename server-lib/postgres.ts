/** Rules documents in PostgreSQL, for many servers. Needs the package `pg`. */
export type { PostgresClient, PostgresKeyOptions, PostgresQueries } from './sources/postgres/postgres-client.ts';
export { type PostgresSourceOptions, postgresSource } from './sources/postgres/postgres-source.ts';
export { type PublishOptions, publishRules } from './sources/postgres/publish-to-postgres.ts';
export type { LoggedRevision, PublicationOptions, Published } from './sources/publication.ts';
export type { AnnouncedOptions, RemoteOptions } from './sources/remote-source.ts';
