import { onTestFinished } from 'vitest';
import { folderForThisTest } from '../temporary-folder.ts';
import { freePort, launchRedis } from './redis-process.ts';

/** A redis-server that only the running test uses. */
export interface RedisServer {
  readonly url: string;
  /** Sends a signal to the process: to stop, to continue or to end it. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port after it has ended, without data. */
  startAgain(): Promise<void>;
}

/** Starts redis-server on a free port, with optional `settings`, until the test ends. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const folder = folderForThisTest();
  const port = await freePort();
  let server = await launchRedis(port, folder, settings);
  onTestFinished(() => server.signal('SIGKILL'));
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (name) => server.signal(name),
    async startAgain() {
      server = await launchRedis(port, folder, settings);
    },
  };
}
