import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf } from '../../core/values.ts';
import {
  DEFAULT_LOG_LIMIT,
  type LoggedRevision,
  type LogRange,
  type PublicationOptions,
  type Published,
  readPublication,
} from '../publication.ts';
import { MAX_SPREAD_MS } from '../remote-source.ts';
import { packDocument } from './packed-document.ts';
import {
  logKeyOf,
  packedKeyOf,
  type RedisKeyOptions,
  type RedisScripting,
  redisKeys,
  runScript,
} from './redis-client.ts';

export interface PublishOptions extends RedisKeyOptions, PublicationOptions {}

/**
 * Writes a rules document to Redis and announces it to every source, atomically. Without `keep`, the log keeps its length, and
 * at least twenty revisions. Rejects with a `GatekeeperError` if servers would refuse the document.
 */
export async function publishRules(
  client: RedisScripting,
  document: string | object,
  given: PublishOptions = {},
): Promise<Published> {
  const options = readOptions('publishRules', given, OPTIONS);
  const { key, channel } = redisKeys(options);
  if (typeof client?.eval !== 'function') {
    const what = `the client must be a client of the package redis or ioredis; got ${kindOf(client)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${what}`);
  }
  const { text, expected = ANY_REVISION, keep, ...logged } = readPublication(document, options);
  const entry: LoggedRevision = { ...logged, time: new Date().toISOString(), document: text };
  const reply = await runScript(client, PUBLISH_SCRIPT, {
    keys: [key, logKeyOf(key), packedKeyOf(key)],
    arguments: [
      channel,
      text,
      JSON.stringify(entry),
      expected,
      keep === undefined ? '' : String(keep),
      await packDocument(text),
    ],
  });
  return parsePublishReply(reply);
}

const OPTIONS: OptionNames<PublishOptions> = {
  key: true,
  channel: true,
  expected: true,
  author: true,
  message: true,
  keep: true,
};

const ANY_REVISION = '*';

function parsePublishReply(reply: unknown): Published {
  const [kind, revision] = Array.isArray(reply) ? reply : [];
  return { kind, revision };
}

const BYTES_PER_MS = 40_000;
const MIN_SPREAD_MS = 50; // less is not worth a delay

/**
 * Compares, replaces, logs and announces atomically: if two processes publish at once against the same revision, one is
 * rejected. A key that is not a string and a log that is not a list are replaced.
 *
 * The announcement says over how many milliseconds the servers should spread their reads, so that Redis sends 40 MB a second.
 * Servers of an earlier version read at once if it does.
 *
 * KEYS: the document, the log, the packed document. ARGV: channel, text, log entry, the first characters of the expected
 * revision (the empty string for none) or `*`, how many revisions to keep (a number, `Infinity` or the empty string), the packed
 * document or the empty string.
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
local keep = tonumber(ARGV[5]) or math.max(redis.call('LLEN', KEYS[2]), ${DEFAULT_LOG_LIMIT})
redis.call('LPUSH', KEYS[2], ARGV[3])
if ARGV[5] ~= 'Infinity' then redis.call('LTRIM', KEYS[2], 0, keep - 1) end
revision = redis.sha1hex(ARGV[2])
if ARGV[6] == '' then redis.call('DEL', KEYS[3]) else redis.call('SET', KEYS[3], revision .. ' ' .. ARGV[6]) end
local servers = tonumber(redis.pcall('PUBSUB', 'NUMSUB', ARGV[1])[2]) or 0 -- 0 if this account may not ask
local sent = ARGV[6] == '' and #ARGV[2] or #ARGV[6]
local spread = math.min(math.floor(servers * sent / ${BYTES_PER_MS}), ${MAX_SPREAD_MS})
redis.call('PUBLISH', ARGV[1], spread < ${MIN_SPREAD_MS} and revision or revision .. ' ' .. spread)
return { 'published', revision }
`;

/** The methods of a client of the package `redis` that reading the log needs. */
export interface RedisLists {
  lRange(key: string, start: number, stop: number): Promise<string[]>;
}

/** The newest published revisions, `limit` of them after the first `offset`. Entries that cannot be read are left out. */
export async function readLog(
  client: RedisLists,
  options: RedisKeyOptions = {},
  { offset = 0, limit = DEFAULT_LOG_LIMIT }: LogRange = {},
): Promise<readonly LoggedRevision[]> {
  const { key } = redisKeys(options);
  const lines = await client.lRange(logKeyOf(key), offset, offset + limit - 1);
  return lines.flatMap((line) => parseLogEntry(line) ?? []);
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
