import { GatekeeperError } from '../../core/errors.ts';
import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';
import type { FetchResult } from '../poller.ts';
import { tooLargeError } from '../validate-rules.ts';
import { type RedisConnection, type RedisKeys, redisReadError } from './redis-client.ts';

/** What a connection says between two looks. */
export interface RedisEvents {
  /** Somebody has published. */
  published(): void;
  /** The connection was lost. */
  disconnected(): void;
}

export interface RedisFetcher {
  fetch(): Promise<FetchResult>;
  close(): void;
}

/**
 * Reads the document over one connection, which is opened when it is needed and again after it was lost. A document that
 * was read already, good or refused, is compared inside Redis and not transferred.
 */
export function createRedisFetcher(
  create: () => Promise<RedisConnection>,
  { key, channel }: RedisKeys,
  events: RedisEvents,
): RedisFetcher {
  let connection: RedisConnection | undefined;
  let looking = false;
  let over = false; // this look took too long
  let left = false;
  let seen = ''; // the revision that the last look has found
  let canCompare = true;
  let interrupt = (_: Error): void => {}; // ends the look that is on its way

  function drop(): void {
    connection?.destroy();
    connection = undefined;
    interrupt(new Error('the connection was closed'));
  }

  async function connect(): Promise<RedisConnection> {
    const fresh = await create();
    if (left || over) throw new Error('too late to connect');
    connection = fresh;
    fresh.on('error', () => {
      if (connection !== fresh || looking) return; // whoever looks learns it from the look
      drop();
      events.disconnected();
    });
    fresh.unref();
    await fresh.connect();
    if (connection !== fresh) fresh.destroy(); // it was dropped on the way, which a connection does not notice there
    canCompare = fresh.eval !== undefined;
    // Before the first read: nothing falls between the two.
    await fresh.subscribe(channel, (revision) => {
      if (looking || revision !== seen || seen === '') events.published();
    });
    return fresh;
  }

  async function read(): Promise<RedisFetch> {
    const client = connection ?? (await connect());
    if (canCompare) {
      const reply = await client
        .eval?.(FETCH_SCRIPT, { keys: [key], arguments: [seen, String(MAX_DOCUMENT_BYTES)] })
        .catch((error) => {
          if (!client.isReady) throw error;
        });
      if (isFetchReply(reply)) return fetchOfReply(key, reply);
    }
    // One octet more than may be, however much there is.
    const text = (await client.getRange(key, 0, MAX_DOCUMENT_BYTES)) ?? '';
    canCompare = false; // scripts are not allowed here: until the next connection nothing is compared in Redis
    return fetchOfText(key, text, '');
  }

  return {
    async fetch() {
      looking = true;
      over = false;
      const late = setTimeout(() => {
        over = true;
        drop();
      }, FETCH_TIMEOUT_MS).unref();
      // Not left to the client: while it dials, destroying it does not settle what waits for it.
      const interrupted = new Promise<never>((_, reject) => {
        interrupt = reject;
      });
      try {
        const { result, revision } = await Promise.race([read(), interrupted]);
        seen = revision;
        return result;
      } catch (error) {
        seen = '';
        // An error that the server answered leaves the connection, and what it is subscribed to, as it was.
        if (connection?.isReady !== true) drop();
        return { error: redisReadError(key, over ? new Error(`no answer within ${FETCH_TIMEOUT_MS} ms`) : error) };
      } finally {
        clearTimeout(late);
        looking = false;
      }
    },
    close() {
      left = true;
      drop();
    },
  };
}

const FETCH_TIMEOUT_MS = 1_500;

interface RedisFetch {
  readonly result: FetchResult;
  /** The revision of the document, as Redis has it; empty where it is not known. */
  readonly revision: string;
}

function fetchOfReply(key: string, [kind, ...values]: FetchReply): RedisFetch {
  if (kind === 'same') return { result: 'unchanged', revision: String(values[0]) };
  if (kind === 'text') return { result: { text: String(values[1]) }, revision: String(values[0]) };
  return fetchOfText(key, '', '', Number(values[0] ?? 0));
}

function fetchOfText(key: string, text: string, revision: string, bytes: number = Buffer.byteLength(text)): RedisFetch {
  const name = `Redis: the key ${JSON.stringify(key)}`;
  if (bytes > MAX_DOCUMENT_BYTES) return { result: { error: tooLargeError(name, bytes) }, revision };
  if (bytes > 0) return { result: { text }, revision };
  // Not an empty document: whoever flushed Redis did not mean to turn every rule off.
  return { result: { error: new GatekeeperError('ERR_GK_RULES_SOURCE', `${name} does not exist`) }, revision };
}

/**
 * Compares the document with what the asker has, in Redis: what did not change is not transferred. A hash is enough to
 * find out; it costs Redis about 3 ms a megabyte.
 *
 * KEYS: the document. ARGV: the revision that the asker has, the most bytes that it takes.
 */
const FETCH_SCRIPT = `
local bytes = redis.call('STRLEN', KEYS[1])
if bytes == 0 then return { 'none' } end
if bytes > tonumber(ARGV[2]) then return { 'large', bytes } end
local text = redis.call('GET', KEYS[1])
local revision = redis.sha1hex(text)
if revision == ARGV[1] then return { 'same', revision } end
return { 'text', revision, text }
`;

/** What {@link FETCH_SCRIPT} replies. */
export type FetchReply =
  | readonly ['none']
  | readonly ['large', bytes: number]
  | readonly ['same', revision: string]
  | readonly ['text', revision: string, text: string];

function isFetchReply(reply: unknown): reply is FetchReply {
  if (!Array.isArray(reply)) return false;
  const [kind, ...values] = reply.map((value: unknown) => typeof value);
  const shape = REPLY_SHAPES.get(reply[0]);
  return kind === 'string' && shape !== undefined && shape === values.join();
}

const REPLY_SHAPES: ReadonlyMap<unknown, string> = new Map([
  ['none', ''],
  ['large', 'number'],
  ['same', 'string'],
  ['text', 'string,string'],
]);
