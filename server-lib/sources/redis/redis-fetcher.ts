import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';
import type { FetchResult } from '../poller.ts';
import type { StoreEvents, StoreFetcher } from '../remote-source.ts';
import { sourceError, tooLargeError } from '../validate-rules.ts';
import { unpackDocument } from './packed-document.ts';
import { packedKeyOf, type RedisConnection, type RedisKeys, redisReadError } from './redis-client.ts';

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
  let announced = ''; // the revision that the next fetch is about
  let canCompare = true;
  let canUnpack = true;
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
    canUnpack = true;
    // Subscribe before the first read, so that no change is missed.
    await fresh.subscribe(channel, (message = '') => {
      const [revision = '', spread] = message.split(' ');
      if (!fetching && revision === lastRevision && lastRevision !== '') return;
      announced = revision;
      events.published(Number(spread ?? 0));
    });
    return fresh;
  }

  /** The reply of the script; `undefined` if it may not run. */
  async function runFetch(client: RedisConnection, keys: string[], about: string): Promise<unknown> {
    try {
      return await client.eval?.(FETCH_SCRIPT, { keys, arguments: [lastRevision, String(MAX_DOCUMENT_BYTES), about] });
    } catch (error) {
      if (!client.isReady) throw error;
      return undefined;
    }
  }

  async function read(): Promise<RedisFetch> {
    const client = connection ?? (await connect());
    if (canUnpack) {
      const fetched = await fetchOfReply(key, await runFetch(client, [key, packedKeyOf(key)], announced));
      if (fetched !== undefined) return fetched;
      canUnpack = false; // this account may not read the packed document, or it is damaged
    }
    if (canCompare) {
      const fetched = await fetchOfReply(key, await runFetch(client, [key], ''));
      if (fetched !== undefined) return fetched;
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
      const about = announced;
      try {
        const { result, revision } = await Promise.race([read(), interrupted]);
        lastRevision = revision;
        if (announced === about) announced = ''; // else the next fetch is about another one
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

/** What a reply says; `undefined` for one that is not of the script, and for a packed document that is damaged. */
async function fetchOfReply(key: string, reply: unknown): Promise<RedisFetch | undefined> {
  if (!isFetchReply(reply)) return undefined;
  const [kind, ...values] = reply;
  if (kind === 'packed') {
    const text = await unpackDocument(String(values[1]));
    return text === undefined ? undefined : { result: { text }, revision: String(values[0]) };
  }
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
 * costs Redis about 3 ms a megabyte. A document that was announced is not hashed, because it is packed with its revision.
 *
 * KEYS: the document; optional: the packed document. ARGV: the server's revision, the maximum size in bytes, the announced
 * revision or the empty string.
 */
const FETCH_SCRIPT = `
local packed = KEYS[2] and redis.call('GET', KEYS[2]) or ''
local function isPacked(revision)
  return revision ~= '' and string.sub(packed, 1, 41) == revision .. ' '
end
local function reply(revision)
  return { 'packed', revision, string.sub(packed, 42) }
end
if isPacked(ARGV[3]) then return reply(ARGV[3]) end
local bytes = redis.call('STRLEN', KEYS[1])
if bytes == 0 then return { 'none' } end
if bytes > tonumber(ARGV[2]) then return { 'large', bytes } end
local text = redis.call('GET', KEYS[1])
local revision = redis.sha1hex(text)
if revision == ARGV[1] then return { 'same', revision } end
if isPacked(revision) then return reply(revision) end
return { 'text', revision, text }
`;

/** The reply of {@link FETCH_SCRIPT}. */
export type FetchReply =
  | readonly ['none']
  | readonly ['large', bytes: number]
  | readonly ['same', revision: string]
  | readonly ['text', revision: string, text: string]
  | readonly ['packed', revision: string, packed: string];

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
  ['packed', 'string,string'],
]);
