// Forked by loop-delay.ts: an application whose flags have rules in Redis. It measures the delay of its event loop from the
// message "begin" and reports it on the next message.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createGatekeeper } from '../../server-lib/index.ts';
import { redisSource } from '../../server-lib/redis.ts';
import { flagsOf } from './documents.ts';

const [url = '', count = '0'] = process.argv.slice(2);
let errors = 0;
const keeper = createGatekeeper({
  flags: flagsOf(Number(count)),
  rules: redisSource({ url }),
  onError: () => {
    errors++;
  },
});
await keeper.ready;
const delay = monitorEventLoopDelay({ resolution: 1 });
let before = process.cpuUsage();
let startedAt = performance.now();
process.send?.('ready');

process.on('message', (word) => {
  if (word === 'begin') {
    errors = 0;
    delay.reset();
    delay.enable();
    before = process.cpuUsage();
    startedAt = performance.now();
    return;
  }
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  process.send?.({
    p99: delay.percentile(99) / 1e6,
    worst: delay.max / 1e6,
    busy: (user + system) / 1_000 / (performance.now() - startedAt),
    errors,
    revision: keeper.health().revision,
  });
});
process.on('disconnect', () => keeper.close().then(() => process.exit()));
