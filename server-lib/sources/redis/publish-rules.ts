import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf, quoted } from '../../core/values.ts';
import { parseDocument } from '../../rules/document/read-document.ts';
import { revisionOf } from '../../rules/document/rules-document.ts';
import { validateRules } from '../validate-rules.ts';
import { logKeyOf, type RedisKeyOptions, type RedisScripting, redisKeys } from './redis-client.ts';

export interface PublishOptions extends RedisKeyOptions {
  /**
   * Publish only if this is the current revision, or its first 6 or more characters; the empty string: only if there is no
   * document. Default: replace any document.
   */
  readonly expected?: string | undefined;
  /** The author, for the log. */
  readonly author?: string | undefined;
  /** The reason, for the log. */
  readonly message?: string | undefined;
}

export type Published =
  /** The document is in Redis, and the change was announced to every source. */
  | { readonly kind: 'published'; readonly revision: string }
  /** The same document was already in Redis. */
  | { readonly kind: 'unchanged'; readonly revision: string }
  /** Another document was in Redis than expected. `revision` is its revision; the empty string if there is no document. */
  | { readonly kind: 'rejected'; readonly revision: string };

/** One entry of the log. */
export interface LoggedRevision {
  readonly revision: string;
  /** ISO 8601. */
  readonly time: string;
  readonly author: string;
  readonly message: string;
  readonly document: string;
}

/**
 * Writes a rules document to Redis and announces it to every source, atomically. The last twenty documents stay in a log.
 * Rejects with a `GatekeeperError` if servers would refuse the document.
 */
export async function publishRules(
  client: RedisScripting,
  document: string | object,
  given: PublishOptions = {},
): Promise<Published> {
  const options = readOptions('publishRules', given, OPTIONS);
  const { key, channel } = redisKeys(options);
  validateStrings(options);
  if (typeof client?.eval !== 'function') {
    const what = `the client must be a client of the package redis; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${what}`);
  }
  const text = typeof document === 'string' ? document : stringifyDocument(document);
  const error: GatekeeperError | undefined = validateRules(text);
  if (error !== undefined) throw error;
  const entry: LoggedRevision = {
    revision: revisionOf(text),
    time: new Date().toISOString(),
    author: options.author ?? '',
    message: options.message ?? '',
    document: text,
  };
  const reply = await client.eval(PUBLISH_SCRIPT, {
    keys: [key, logKeyOf(key)],
    arguments: [channel, text, JSON.stringify(entry), options.expected ?? ANY_REVISION],
  });
  return parsePublishReply(reply);
}

const OPTIONS: OptionNames<PublishOptions> = { key: true, channel: true, expected: true, author: true, message: true };

const ANY_REVISION = '*';

// `expected: null`, the result of a lookup that found nothing, must not replace an existing document.
function validateStrings(options: PublishOptions): void {
  for (const name of ['expected', 'author', 'message'] as const) {
    const value: unknown = options[name];
    if (value === undefined || typeof value === 'string') continue;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${name} must be a string; got ${quoted(value)}`);
  }
}

/** A parsed document as JSON with line breaks. */
function stringifyDocument(document: unknown): string {
  return JSON.stringify(JSON.parse(parseDocument(document).text), undefined, 2);
}

function parsePublishReply(reply: unknown): Published {
  const [kind, revision] = Array.isArray(reply) ? reply : [];
  return { kind, revision };
}

const MAX_LOGGED_REVISIONS = 20;

/**
 * Compares, replaces, logs and announces atomically: if two processes publish at once against the same revision, one is
 * rejected. A key that is not a string and a log that is not a list are replaced.
 *
 * KEYS: the document, the log. ARGV: channel, text, log entry, the first characters of the expected revision (the empty
 * string for none) or `*`.
 */
const PUBLISH_SCRIPT: string = `
local function typed(key, kind)
  return redis.call('TYPE', key).ok == kind
end
local now = typed(KEYS[1], 'string') and redis.call('GET', KEYS[1]) or ''
local revision = now ~= '' and redis.sha1hex(now) or ''
local function isExpected(beginning)
  if beginning == '*' or beginning == revision then return true end
  return #beginning >= 6 and string.sub(revision, 1, #beginning) == beginning
end
if not isExpected(ARGV[4]) then return { 'rejected', revision } end
if now == ARGV[2] then
  redis.call('PUBLISH', ARGV[1], revision)
  return { 'unchanged', revision }
end
if not typed(KEYS[2], 'list') then redis.call('DEL', KEYS[2]) end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('LTRIM', KEYS[2], 0, ${MAX_LOGGED_REVISIONS - 1})
revision = redis.sha1hex(ARGV[2])
redis.call('PUBLISH', ARGV[1], revision)
return { 'published', revision }
`;

/** The methods of a client of the package `redis` that reading the log needs. */
export interface RedisLists {
  lRange(key: string, start: number, stop: number): Promise<string[]>;
}

/** The published revisions, newest first. Entries that cannot be read are left out. */
export async function readLog(client: RedisLists, options: RedisKeyOptions = {}): Promise<readonly LoggedRevision[]> {
  const { key } = redisKeys(options);
  const lines = await client.lRange(logKeyOf(key), 0, MAX_LOGGED_REVISIONS - 1);
  return lines.flatMap((line) => parseLogEntry(line) ?? []);
}

/** Whether a log entry is about this revision. A log written by an earlier build has only the first twelve characters. */
export function hasRevision({ revision }: LoggedRevision, whole: string): boolean {
  return revision === whole || (revision.length === 12 && whole.startsWith(revision));
}

function parseLogEntry(line: string): LoggedRevision | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  const fields = new Map(Object.entries(entry ?? {}));
  const [revision, time, author, message, document] = LOG_FIELDS.map((name) => fields.get(name));
  return [revision, time, author, message, document].every((value) => typeof value === 'string')
    ? ({ revision, time, author, message, document } as LoggedRevision)
    : undefined;
}

const LOG_FIELDS = ['revision', 'time', 'author', 'message', 'document'];
