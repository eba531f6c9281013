import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf, quoted } from '../../core/values.ts';
import { parseDocument } from '../../rules/document/read-document.ts';
import { revisionOf } from '../../rules/document/rules-document.ts';
import { validateRules } from '../validate-rules.ts';
import { logKeyOf, type RedisKeyOptions, type RedisScripting, redisKeys } from './redis-client.ts';

export interface PublishOptions extends RedisKeyOptions {
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
  const place = redisKeys(options);
  validateStrings(options);
  if (typeof client?.eval !== 'function') {
    const what = `expected a client of the package redis; got ${kindOf(client)}`;
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
    keys: [place.key, logKeyOf(place.key)],
    arguments: [place.channel, text, JSON.stringify(entry), options.expected ?? ANY_REVISION],
  });
  return parsePublishReply(reply);
}

const OPTIONS: OptionNames<PublishOptions> = { key: true, channel: true, expected: true, author: true, message: true };

const ANY_REVISION = '*';

// `expected: null`, of a look-up that found nothing, must not publish over whatever is there.
function validateStrings(options: PublishOptions): void {
  for (const name of ['expected', 'author', 'message'] as const) {
    const value: unknown = options[name];
    if (value === undefined || typeof value === 'string') continue;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${name} must be a string; got ${quoted(value)}`);
  }
}

/** The text of a parsed document, as people read it. */
function stringifyDocument(document: unknown): string {
  return JSON.stringify(JSON.parse(parseDocument(document).text), undefined, 2);
}

function parsePublishReply(reply: unknown): Published {
  const [kind, revision] = Array.isArray(reply) ? reply : [];
  return { kind, revision };
}

const MAX_LOGGED_REVISIONS = 20;

/**
 * Compares, replaces, logs and tells in one step: nobody sees one without the others, and of two who publish at once
 * against the same revision, one is rejected. A key that holds no text, or a log that is no list, is put right.
 *
 * KEYS: the document, the log. ARGV: channel, text, log entry, the beginning of the expected revision (the empty string
 * for none) or `*`.
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

/** What reading the log needs of a client of the package `redis`. */
export interface RedisLists {
  lRange(key: string, start: number, stop: number): Promise<string[]>;
}

/** The revisions that were published, newest first. Lines that cannot be read are left out. */
export async function readLog(client: RedisLists, options: RedisKeyOptions = {}): Promise<readonly LoggedRevision[]> {
  const { key } = redisKeys(options);
  const lines = await client.lRange(logKeyOf(key), 0, MAX_LOGGED_REVISIONS - 1);
  return lines.flatMap((line) => parseLogEntry(line) ?? []);
}

/** Whether a line of the log is about this revision; version 0.1 wrote the first twelve characters of one. */
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
