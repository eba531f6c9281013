import { GatekeeperError, kindOf, quoted } from '../core/gatekeeper-error.ts';
import { type OptionNames, readOptions } from '../core/read-options.ts';
import { parseDocument } from '../rules/read-document.ts';
import { revisionOf } from '../rules/revision.ts';
import { judgeRules } from './judge-rules.ts';
import { PUBLISH } from './publish-script.ts';
import type { RedisScripting } from './redis-client.ts';
import { logKeyOf, type RedisPlaceOptions, redisPlace } from './redis-place.ts';

export interface PublishOptions extends RedisPlaceOptions {
  /** Only in place of this revision, or one that begins so (6 characters or more); the empty string: only where there is none. Left out: whatever is there. */
  readonly expected?: string | undefined;
  /** Who publishes, for the log. */
  readonly author?: string | undefined;
  /** Why, for the log. */
  readonly message?: string | undefined;
}

export type Published =
  /** It is there now, and every source has been told. */
  | { readonly kind: 'published'; readonly revision: string }
  /** It was there already. */
  | { readonly kind: 'unchanged'; readonly revision: string }
  /** Somebody else was faster: `revision` is there, and stays; the empty string where there is none. */
  | { readonly kind: 'rejected'; readonly revision: string };

/** One line of the log. */
export interface LoggedRevision {
  readonly revision: string;
  /** ISO 8601. */
  readonly time: string;
  readonly author: string;
  readonly message: string;
  readonly document: string;
}

/**
 * Puts a rules document in its place in Redis and tells every source, in one step; the last twenty stay in a log.
 * Throws a `GatekeeperError` for a document that servers would refuse.
 */
export async function publishRules(
  client: RedisScripting,
  document: string | object,
  given: PublishOptions = {},
): Promise<Published> {
  const options = readOptions('publishRules', given, OPTIONS);
  const place = redisPlace(options);
  checkTexts(options);
  if (typeof client?.eval !== 'function') {
    const what = `expected a client of the package redis; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${what}`);
  }
  const text = typeof document === 'string' ? document : written(document);
  const error: GatekeeperError | undefined = judgeRules(text);
  if (error !== undefined) throw error;
  const entry: LoggedRevision = {
    revision: revisionOf(text),
    time: new Date().toISOString(),
    author: options.author ?? '',
    message: options.message ?? '',
    document: text,
  };
  const reply = await client.eval(PUBLISH, {
    keys: [place.key, logKeyOf(place.key)],
    arguments: [place.channel, text, JSON.stringify(entry), options.expected ?? ANY],
  });
  return outcomeOf(reply);
}

const OPTIONS: OptionNames<PublishOptions> = { key: true, channel: true, expected: true, author: true, message: true };

const ANY = '*';

// `expected: null`, of a look-up that found nothing, must not publish over whatever is there.
function checkTexts(options: PublishOptions): void {
  for (const name of ['expected', 'author', 'message'] as const) {
    const value: unknown = options[name];
    if (value === undefined || typeof value === 'string') continue;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${name} must be a string; got ${quoted(value)}`);
  }
}

/** The text of a parsed document, as people read it. */
function written(document: unknown): string {
  return JSON.stringify(JSON.parse(parseDocument(document).text), undefined, 2);
}

function outcomeOf(reply: unknown): Published {
  const [kind, revision] = Array.isArray(reply) ? reply : [];
  return { kind, revision };
}
