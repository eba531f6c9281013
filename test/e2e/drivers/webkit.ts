import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { findProgram } from '../../../scripts/lib/browsers.mjs';
import { until } from './waiting.ts';

const PROGRAMS = ['WebKitWebDriver', 'Xvfb'] as const;

/** The programs that are needed for WebKit and are not installed. */
export const MISSING_PROGRAMS = PROGRAMS.filter((name) => findProgram(name) === undefined);

/** WebKitGTK's browser, driven by WebDriver (https://www.w3.org/TR/webdriver2/), on a display that nobody sees. */
export class WebKit {
  readonly #session: string;
  readonly #processes: readonly ChildProcess[];

  private constructor(session: string, processes: readonly ChildProcess[]) {
    this.#session = session;
    this.#processes = processes;
  }

  static async start(): Promise<WebKit> {
    const display = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const number = await firstLine(display.stdio[3] as Readable);
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${number}`, LIBGL_ALWAYS_SOFTWARE: '1' };
    const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' });
    const origin = `http://127.0.0.1:${port}`;
    const processes = [driver, display];
    try {
      await until('WebKitWebDriver is ready', () => fetch(`${origin}/status`).then(({ ok }) => ok));
      const { sessionId } = await send<{ readonly sessionId: string }>('POST', `${origin}/session`, {
        capabilities: {},
      });
      return new WebKit(`${origin}/session/${sessionId}`, processes);
    } catch (error) {
      for (const one of processes) one.kill();
      throw error;
    }
  }

  async goto(url: string): Promise<void> {
    await send('POST', `${this.#session}/url`, { url });
  }

  /** Runs the body of a function in the page, and returns its result. */
  run<Value>(script: string, ...args: readonly unknown[]): Promise<Value> {
    return send('POST', `${this.#session}/execute/sync`, { script, args });
  }

  async close(): Promise<void> {
    await send('DELETE', this.#session).catch(() => {}); // ends the browser
    for (const one of this.#processes) one.kill();
  }
}

async function send<Value>(method: string, url: string, body?: object): Promise<Value> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { readonly value: Value };
  if (!response.ok) throw new Error(`WebKitWebDriver, ${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}

function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    stream.once('data', (line) => resolve(String(line).trim()));
    stream.once('close', () => reject(new Error('Xvfb ended')));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
