// Forked by converge.ts: reports each revision and the time it came into force. Ends when the parent disconnects.

import { postgresSource } from '../../server-lib/postgres.ts';
import { redisSource } from '../../server-lib/redis.ts';
import { httpSource } from '../../server-lib/rules.ts';
import type { StoreName } from './stores.ts';

const [store, url = ''] = process.argv.slice(2);
const SOURCES = {
  redis: () => redisSource({ url }),
  postgres: () => postgresSource({ url }),
  // Nothing announces a change, so the interval of the polls is the longest delay. By default it is three seconds.
  http: () => httpSource({ url, pollInterval: 750 }),
};
const source = SOURCES[store as StoreName]();
process.on('disconnect', () => source.close());
await source.ready;
source.onChange(report);
report();

function report(): void {
  const revision = source.current()?.revision;
  if (process.connected) process.send?.({ revision, at: Date.now() });
}
