import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, connect as dial } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';

/** A redis-server; it is there until it is told to end. */
export interface RedisProcess {
  /** Sends a signal; resolves at once, or when the process is gone if nothing survives the signal. */
  signal(name: NodeJS.Signals): Promise<void>;
}

/** Starts redis-server on `port`, with its files in `folder`; resolves when it answers. */
export async function launchRedis(
  port: number,
  folder: string,
  settings: readonly string[] = [],
): Promise<RedisProcess> {
  const args = ['--port', String(port), '--dir', folder, ...ALWAYS, ...settings];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  let problem: Error | undefined;
  child.once('error', (error) => {
    problem = error;
  });
  for (let tries = 0; tries < 2_400 && child.exitCode === null && problem === undefined; tries++) {
    if (await answers(port)) return { signal: (name) => signalled(child, name) };
    await later(25);
  }
  throw new Error(`redis-server does not answer: ${problem?.message ?? `exit code ${child.exitCode}`}`);
}

/** A port on which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

// Nothing on disk, and replicas without the delay in which others could join.
const ALWAYS = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => settle(true)).once('error', () => settle(false));
    function settle(answer: boolean): void {
      socket.destroy();
      resolve(answer);
    }
  });
}

async function signalled(child: ChildProcess, name: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(name);
  if (name === 'SIGKILL' || name === 'SIGTERM') await exit;
}
