// Forked by measure.ts: plays some servers, each with its own connection. Says when all have the first document, and when each has
// the next one. Ends when the parent disconnects.

import { setTimeout as later } from 'node:timers/promises';
import { createClient } from 'redis';
import type { FetchResult } from '../../server-lib/sources/poller.ts';
import { redisKeys, toRedisConnection } from '../../server-lib/sources/redis/redis-client.ts';
import { createRedisFetcher } from '../../server-lib/sources/redis/redis-fetcher.ts';
import { backoffDelay } from '../../server-lib/sources/remote-source.ts';
import { Random } from '../fuzz/random.ts';
import type { FleetMessage } from './measure.ts';

const [url = '', count, seed] = process.argv.slice(2);
const random = new Random(Number(seed));
const servers: Server[] = [];
// Before the first connection, which does not keep the process alive.
process.on('disconnect', () => {
  for (const { close } of servers) close();
});
for (let number = 0; number < Number(count); number++) servers.push(await startServer());
say({ kind: 'ready' });

interface Server {
  readonly close: () => void;
}

/** A server that reads when the source of the library would, but does not parse what it has read. */
async function startServer(): Promise<Server> {
  let isClosed = false;
  let failures = 0;
  const fetcher = createRedisFetcher(connection, redisKeys({}), {
    published: (spread) => void setTimeout(read, (random.below(1_000) / 1_000) * spread),
    disconnected: () => void setTimeout(read, backoffDelay(1)),
  });
  async function read(): Promise<void> {
    if (isClosed) return;
    const result = await fetcher.fetch();
    if (result !== 'unchanged' && 'text' in result) say({ kind: 'received', at: Date.now() });
    else setTimeout(read, backoffDelay(++failures));
  }
  for (let tries = 1; hasFailed(await fetcher.fetch()); tries++) await later(backoffDelay(tries));
  return {
    close() {
      isClosed = true;
      fetcher.close();
    },
  };
}

async function connection() {
  return toRedisConnection(createClient({ url, RESP: 3, socket: { reconnectStrategy: false } }));
}

function hasFailed(result: FetchResult): boolean {
  return result !== 'unchanged' && 'error' in result;
}

function say(message: FleetMessage): void {
  if (process.connected) process.send?.(message);
}
