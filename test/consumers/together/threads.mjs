// node threads.mjs: three threads, each with its own keeper and a different default of one flag; prints their evaluations.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';

const own = isMainThread ? 'MAIN' : workerData;
const keeper = createGatekeeper({
  flags: defineFlags({ THREAD: { variants: ['MAIN', 'LEFT', 'RIGHT', 'OTHER'], default: own } }),
});
const answer = () =>
  [undefined, 'gatekeeper={"THREAD":"OTHER"}']
    .map((cookie) => keeper.gateFor({ cookie, mayOverride: true }).ffVariant('THREAD'))
    .join(' ');

if (isMainThread) {
  const threads = ['LEFT', 'RIGHT'].map((name) => new Worker(new URL(import.meta.url), { workerData: name }));
  const answers = threads.map((thread) => new Promise((resolve) => thread.once('message', resolve)));
  console.log(JSON.stringify([...(await Promise.all(answers)), answer()]));
} else parentPort.postMessage(answer());
