import { GatekeeperError } from '../core/gatekeeper-error.ts';
import type { Look } from './keep-fresh.ts';
import { isLookReply, LOOK, type LookReply } from './look-script.ts';
import type { RedisConnection } from './redis-client.ts';
import { redisFailure } from './redis-failure.ts';
import type { RedisPlace } from './redis-place.ts';
import { MOST_BYTES, tooLarge } from './size.ts';

/** What a connection says between two looks. */
export interface RedisNews {
  /** Somebody has published. */
  published(): void;
  /** The connection was lost. */
  lost(): void;
}

export interface RedisLookout {
  look(): Promise<Look>;
  leave(): void;
}

/**
 * Reads the document over one connection, which is opened when it is needed and again after it was lost. A document that
 * was read already, good or refused, is compared inside Redis and not transferred.
 */
export function lookAtRedis(
  create: () => Promise<RedisConnection>,
  { key, channel }: RedisPlace,
  news: RedisNews,
): RedisLookout {
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
      news.lost();
    });
    fresh.unref();
    await fresh.connect();
    if (connection !== fresh) fresh.destroy(); // it was dropped on the way, which a connection does not notice there
    canCompare = fresh.eval !== undefined;
    // Before the first read: nothing falls between the two.
    await fresh.subscribe(channel, (revision) => {
      if (looking || revision !== seen || seen === '') news.published();
    });
    return fresh;
  }

  async function read(): Promise<Found> {
    const client = connection ?? (await connect());
    if (canCompare) {
      const reply = await client.eval?.(LOOK, { keys: [key], arguments: [seen, String(MOST_BYTES)] }).catch((error) => {
        if (!client.isReady) throw error;
      });
      if (isLookReply(reply)) return foundIn(key, reply);
    }
    // One octet more than may be, however much there is.
    const text = (await client.getRange(key, 0, MOST_BYTES)) ?? '';
    canCompare = false; // scripts are not allowed here: until the next connection nothing is compared in Redis
    return found(key, text, '');
  }

  return {
    async look() {
      looking = true;
      over = false;
      const late = setTimeout(() => {
        over = true;
        drop();
      }, DEADLINE).unref();
      // Not left to the client: while it dials, destroying it does not settle what waits for it.
      const interrupted = new Promise<never>((_, reject) => {
        interrupt = reject;
      });
      try {
        const { look, revision } = await Promise.race([read(), interrupted]);
        seen = revision;
        return look;
      } catch (error) {
        seen = '';
        // An error that the server answered leaves the connection, and what it is subscribed to, as it was.
        if (connection?.isReady !== true) drop();
        return { error: redisFailure(key, over ? new Error(`no answer within ${DEADLINE} ms`) : error) };
      } finally {
        clearTimeout(late);
        looking = false;
      }
    },
    leave() {
      left = true;
      drop();
    },
  };
}

const DEADLINE = 1_500;

interface Found {
  readonly look: Look;
  /** The revision of the document, as Redis has it; empty where it is not known. */
  readonly revision: string;
}

function foundIn(key: string, [kind, ...values]: LookReply): Found {
  if (kind === 'same') return { look: 'unchanged', revision: String(values[0]) };
  if (kind === 'text') return { look: { text: String(values[1]) }, revision: String(values[0]) };
  return found(key, '', '', Number(values[0] ?? 0));
}

function found(key: string, text: string, revision: string, bytes: number = Buffer.byteLength(text)): Found {
  const name = `Redis: the key ${JSON.stringify(key)}`;
  if (bytes > MOST_BYTES) return { look: { error: tooLarge(name, bytes) }, revision };
  if (bytes > 0) return { look: { text }, revision };
  // Not an empty document: whoever flushed Redis did not mean to turn every rule off.
  return { look: { error: new GatekeeperError('ERR_GK_RULES_SOURCE', `${name} does not exist`) }, revision };
}
