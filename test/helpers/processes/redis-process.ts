import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, connect as dial } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';

/** A redis-server that runs until a signal ends it. */
export interface RedisProcess {
  /** Sends a signal. Resolves at once, or for SIGKILL and SIGTERM when the process has ended. */
  signal(name: NodeJS.Signals): Promise<void>;
}

/** Starts redis-server on `port`, with its files in `folder`. Resolves when it responds. */
export async function launchRedis(
  port: number,
  folder: string,
  settings: readonly string[] = [],
): Promise<RedisProcess> {
  return launchProgram(port, ['--port', String(port), '--dir', folder, ...ALWAYS, ...settings]);
}

/** Starts a sentinel on `port`, with its configuration in a file that it may change. */
export function launchSentinel(port: number, configuration: string): Promise<RedisProcess> {
  return launchProgram(port, [configuration, '--sentinel']);
}

async function launchProgram(port: number, args: readonly string[]): Promise<RedisProcess> {
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  let problem: Error | undefined;
  child.once('error', (error) => {
    problem = error;
  });
  for (let tries = 0; tries < 2_400 && child.exitCode === null && problem === undefined; tries++) {
    if (await responds(port)) return { signal: (name) => sendSignal(child, name) };
    await later(25);
  }
  throw new Error(`redis-server does not respond: ${problem?.message ?? `exit code ${child.exitCode}`}`);
}

/** A free port. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

// No data on disk, and no delay before a replica is synchronised.
const ALWAYS = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];

function responds(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => settle(true)).once('error', () => settle(false));
    function settle(hasReply: boolean): void {
      socket.destroy();
      resolve(hasReply);
    }
  });
}

async function sendSignal(child: ChildProcess, name: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(name);
  if (name === 'SIGKILL' || name === 'SIGTERM') await exit;
}
