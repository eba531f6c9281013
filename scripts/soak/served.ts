import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Measure } from './measure.ts';

/** The shop in its own process. */
export interface Served {
  readonly url: string;
  measure(): Promise<Measure>;
  forgetStart(): void;
  close(): Promise<void>;
}

/** Starts the shop in production mode; it ends with this process. */
export async function serveShop(): Promise<Served> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), {
    execArgv: [...process.execArgv, '--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const exited = once(child, 'exit');
  const nextMessage = async (): Promise<unknown> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      exited.then(([code]) => Promise.reject(new Error(`the server ended with exit code ${code}`))),
    ]);
    return message;
  };
  const port = await nextMessage();
  return {
    url: `http://127.0.0.1:${port}`,
    async measure() {
      child.send('measure');
      return (await nextMessage()) as Measure;
    },
    forgetStart: () => child.send('forget-start'),
    async close() {
      child.disconnect();
      await exited;
    },
  };
}
