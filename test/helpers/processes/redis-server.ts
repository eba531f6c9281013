import { onTestFinished } from 'vitest';
import { folderForThisTest } from '../temporary-folder.ts';
import { freePort, launchRedis } from './redis-process.ts';

/** A redis-server of the running test's own. */
export interface RedisServer {
  readonly url: string;
  /** A signal to the process: it goes on, stops or dies. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, with nothing in it, after it died. */
  startAgain(): Promise<void>;
}

/** Starts redis-server on a free port, with more `settings` if wanted, for as long as the running test. */
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
