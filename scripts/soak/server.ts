import type { AddressInfo } from 'node:net';
import { type ErrorCounts, shop } from './app.ts';
import { Meter } from './measure.ts';

// A separate process: serves the shop on a free port, replies to each message with a measurement, and ends with its parent.
const counts: ErrorCounts = { exceptions: 0, rejections: 0, serverErrors: 0, spoiltPages: 0 };
process.on('uncaughtException', (error) => {
  counts.exceptions += 1;
  console.error('uncaught', error);
});
process.on('unhandledRejection', (reason) => {
  counts.rejections += 1;
  console.error('unhandled', reason);
});
process.on('disconnect', () => process.exit());

const meter = new Meter(counts);
process.on('message', (message) => {
  if (message === 'forget-start') meter.forgetStart();
  else process.send?.(meter.measure());
});
const server = shop(counts).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
