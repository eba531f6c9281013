import { GatekeeperError, quoted } from '../core/gatekeeper-error.ts';

/** Where in Redis a document is, and where its changes are made known. */
export interface RedisPlaceOptions {
  /** `gatekeeper:rules` where nothing is said. */
  readonly key?: string | undefined;
  /** The key and `:changed` where nothing is said. */
  readonly channel?: string | undefined;
}

export interface RedisPlace {
  readonly key: string;
  readonly channel: string;
}

export function redisPlace({ key = 'gatekeeper:rules', channel = `${key}:changed` }: RedisPlaceOptions): RedisPlace {
  for (const [name, value] of Object.entries({ key, channel })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new GatekeeperError(
      'ERR_GK_OPTIONS',
      `Redis: ${name} is a name of at least one character, not ${quoted(value)}`,
    );
  }
  return { key, channel };
}

/** The key of the list of revisions. In a cluster it lives where the document does: one script changes both. */
export function logKeyOf(key: string): string {
  return /\{[^}]+\}/.test(key) ? `${key}:log` : `{${key}}:log`;
}
