import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';
import type { FetchResult } from '../poller.ts';
import type { StoreEvents, StoreFetcher } from '../remote-source.ts';
import { sourceError, tooLargeError } from '../validate-rules.ts';
import { type RedisConnection, type RedisKeys, redisReadError } from './redis-client.ts';

/**
 * Reads the document over one connection, which is opened when it is needed and again after it was lost. Redis compares the
 * document with the one that was read last, and does not transfer it again.
 */
export function createRedisFetcher(
  create: () => Promise<RedisConnection>,
  { key, channel }: RedisKeys,
  events: Pick<StoreEvents, 'published' | 'disconnected'>,
): StoreFetcher {
  let connection: RedisConnection | undefined;
  let fetching = false;
  let isTimedOut = false; // of the current fetch
  let isClosed = false;
  let lastRevision = ''; // the revision that the last fetch found
  let canCompare = true;
  let interrupt = (_: Error): void => {}; // rejects the current fetch

  function drop(): void {
    connection?.destroy();
    connection = undefined;
    interrupt(new Error('the connection was closed'));
  }

  async function connect(): Promise<RedisConnection> {
    const fresh = await create();
    if (isClosed || isTimedOut) throw new Error('the fetch has ended');
    connection = fresh;
    fresh.on('error', () => {
      if (connection !== fresh || fetching) return; // a fetch that is running rejects by itself
      drop();
      events.disconnected();
    });
    fresh.unref();
    await fresh.connect();
    if (connection !== fresh) fresh.destroy(); // it was dropped while it connected, which it does not notice
    canCompare = fresh.eval !== undefined;
    // Subscribe before the first read, so that no change is missed.
    await fresh.subscribe(channel, (revision) => {
      if (fetching || revision !== lastRevision || lastRevision === '') events.published();
    });
    return fresh;
  }

  async function read(): Promise<RedisFetch> {
    const client = connection ?? (await connect());
    if (canCompare) {
      const reply = await client
        .eval?.(FETCH_SCRIPT, { keys: [key], arguments: [lastRevision, String(MAX_DOCUMENT_BYTES)] })
        .catch((error) => {
          if (!client.isReady) throw error;
        });
      if (isFetchReply(reply)) return fetchOfReply(key, reply);
    }
    // One byte more than the maximum, even if there are more.
    const text = (await client.getRange(key, 0, MAX_DOCUMENT_BYTES)) ?? '';
    canCompare = false; // scripts are not allowed: do not try again on this connection
    return fetchOfText(key, text, '');
  }

  return {
    async fetch() {
      fetching = true;
      isTimedOut = false;
      const timer = setTimeout(() => {
        isTimedOut = true;
        drop();
      }, FETCH_TIMEOUT_MS).unref();
      // Destroying a client while it connects settles none of its promises, so this one ends the fetch.
      const interrupted = new Promise<never>((_, reject) => {
        interrupt = reject;
      });
      try {
        const { result, revision } = await Promise.race([read(), interrupted]);
        lastRevision = revision;
        return result;
      } catch (error) {
        lastRevision = '';
        // After an error reply from the server, the connection and its subscription still work, unless it is the wrong server now.
        if (connection?.isReady !== true || isMoved(error)) drop();
        return {
          error: redisReadError(key, isTimedOut ? new Error(`no response within ${FETCH_TIMEOUT_MS} ms`) : error),
        };
      } finally {
        clearTimeout(timer);
        fetching = false;
      }
    },
    close() {
      isClosed = true;
      drop();
    },
  };
}

/** Whether a server of a cluster, or a former primary, says that it does not have the key now. */
function isMoved(error: unknown): boolean {
  return error instanceof Error && /^(?:MOVED|ASK|CLUSTERDOWN|TRYAGAIN|MASTERDOWN) /.test(error.message);
}

const FETCH_TIMEOUT_MS = 1_500;

interface RedisFetch {
  readonly result: FetchResult;
  /** The revision of the document according to Redis; empty if it is not known. */
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
  // A missing key is an error, not an empty document: flushing Redis must not remove every rule.
  return { result: { error: sourceError(`${name} does not exist`) }, revision };
}

/**
 * Compares the document with the server's revision inside Redis, so that an unchanged document is not transferred. The hash
 * costs Redis about 3 ms a megabyte.
 *
 * KEYS: the document. ARGV: the server's revision, the maximum size in bytes.
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

/** The reply of {@link FETCH_SCRIPT}. */
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
