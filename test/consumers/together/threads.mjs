// node threads.mjs: three threads with a gatekeeper each, of one flag with different defaults; prints what they say.
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
