import { type ChildProcess, spawn } from 'node:child_process';

/** A browser that has the extension and shows the page. */
export interface OpenBrowser {
  /** Reloads the extension after a new build. */
  reload(): Promise<void>;
  /** Resolves when the browser has exited and its profile is removed. */
  readonly closed: Promise<void>;
  close(): void;
}

/** What to open. */
export interface Page {
  readonly url: string;
  /** The folder of the unpacked extension. */
  readonly extension: string;
}

/** A browser's process. */
export interface BrowserProcess {
  readonly child: ChildProcess;
  /** Resolves when it has exited. */
  readonly closed: Promise<void>;
  /** The result of `work`. Rejects and closes the browser if the browser exits first, or after a minute. */
  withTimeout<Value>(work: Promise<Value>): Promise<Value>;
  close(): void;
}

/** Starts a browser; with `pipes`, its file descriptors 3 and 4 are pipes. */
export function startProcess(
  program: string,
  args: readonly string[],
  { pipes = false }: { readonly pipes?: boolean } = {},
): BrowserProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', ...(pipes ? PIPES : [])] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2_000);
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      const lastLine = stderr.trim().split('\n').at(-1);
      resolve(`it exited with ${code ?? signal}${lastLine ? `: ${lastLine}` : ''}`);
    });
  });
  const close = (): void => {
    child.kill();
    setTimeout(() => child.kill('SIGKILL'), KILL_DELAY_MS).unref();
  };
  return {
    child,
    closed: exited.then(() => {}),
    close,
    async withTimeout(work) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<string>((resolve) => {
        timer = setTimeout(resolve, START_TIMEOUT_MS, `no response within ${START_TIMEOUT_MS / 1_000} seconds`);
      });
      const failure = Promise.race([exited, timeout]).then((reason) => Promise.reject(new Error(reason)));
      try {
        return await Promise.race([work, failure]);
      } catch (error) {
        close();
        throw error;
      } finally {
        clearTimeout(timer);
        failure.catch(() => {});
      }
    },
  };
}

const PIPES = ['pipe', 'pipe'] as const;
const START_TIMEOUT_MS = 60_000; // a first start on a busy machine
const KILL_DELAY_MS = 5_000;
