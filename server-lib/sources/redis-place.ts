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

export function redisPlace({ key = 'gatekeeper:rules', channel }: RedisPlaceOptions): RedisPlace {
  checkName('key', key);
  if (channel === undefined) return { key, channel: `${key}:changed` };
  checkName('channel', channel);
  return { key, channel };
}

function checkName(option: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  const what = `${option} is a name of at least one character, not ${quoted(value)}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', `Redis: ${what}`);
}

/** The key of the list of revisions. In a cluster it lives where the document does: one script changes both. */
export function logKeyOf(key: string): string {
  return /\{[^}]+\}/.test(key) ? `${key}:log` : `{${key}}:log`;
}
