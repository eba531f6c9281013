import { GatekeeperError } from '../core/gatekeeper-error.ts';
import type { Look } from './keep-fresh.ts';
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

/** Reads the document over one connection, which is opened when it is needed and again after it was lost. */
export function lookAtRedis(
  create: () => Promise<RedisConnection>,
  { key, channel }: RedisPlace,
  news: RedisNews,
): RedisLookout {
  let connection: RedisConnection | undefined;
  let looking = false;
  let over = false; // this look took too long
  let left = false;
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
    await fresh.subscribe(channel, () => news.published()); // before the first read: nothing falls between the two
    return fresh;
  }

  async function read(): Promise<string> {
    const client = connection ?? (await connect());
    return (await client.getRange(key, 0, MOST_BYTES)) ?? ''; // one octet more than may be, however much there is
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
        return lookOf(key, await Promise.race([read(), interrupted]));
      } catch (error) {
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

function lookOf(key: string, text: string): Look {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) return { error: tooLarge(`Redis: the key ${JSON.stringify(key)}`, bytes) };
  if (bytes > 0) return { text };
  // Not an empty document: whoever flushed Redis did not mean to turn every rule off.
  const message = `Redis: the key ${JSON.stringify(key)} does not exist`;
  return { error: new GatekeeperError('ERR_GK_RULES_SOURCE', message) };
}
