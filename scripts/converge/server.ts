// Forked by converge.ts: reports each revision and the time it came into force. Ends when the parent disconnects.

import { redisSource } from '../../server-lib/redis.ts';

const [url = ''] = process.argv.slice(2);
const source = redisSource({ url });
process.on('disconnect', () => source.close());
await source.ready;
source.onChange(report);
report();

function report(): void {
  const revision = source.current()?.revision;
  if (process.connected) process.send?.({ revision, at: Date.now() });
}
