import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './redis-process.ts';

/** A PostgreSQL with its own data. */
export interface PostgresProcess {
  readonly port: number;
  readonly url: string;
  /** Sends a signal. Resolves at once, or for SIGKILL, SIGINT and SIGTERM when the server has ended. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, with the same data. Resolves when it responds. */
  startAgain(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

/** Creates a database cluster, and starts PostgreSQL on a free port. */
export async function launchPostgres(settings: readonly string[] = []): Promise<PostgresProcess> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-postgres-'));
  const owner = serverOwner();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  execFileSync(binary('initdb'), ['-D', folder, '-A', 'trust', '-U', 'gatekeeper', '--no-sync', '-E', 'UTF8'], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const url = `postgres://gatekeeper@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const args = ['-D', folder, '-p', String(port), ...ALWAYS, ...settings].flat();
    const child = spawn(binary('postgres'), args, { ...owner, cwd: folder, stdio: 'ignore' });
    server = child;
    for (let tries = 0; tries < 2_400 && child.exitCode === null; tries++) {
      if (await responds(url)) return;
      await later(25);
    }
    throw new Error(`postgres does not respond: exit code ${child.exitCode}`);
  }

  async function signal(name: NodeJS.Signals): Promise<void> {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exit = new Promise((resolve) => server?.once('exit', resolve));
    // Each connection has a process, and a session of its own. They end by themselves when the server does.
    if (name === 'SIGSTOP' || name === 'SIGCONT') for (const pid of childrenOf(server.pid)) process.kill(pid, name);
    server.kill(name);
    if (name === 'SIGKILL' || name === 'SIGINT' || name === 'SIGTERM') await exit;
  }

  await start();
  return {
    port,
    url,
    signal,
    async startAgain() {
      rmSync(path.join(folder, 'postmaster.pid'), { force: true });
      await start();
    },
    async remove() {
      await signal('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Nothing is flushed to the disk: no test loses power.
const ALWAYS = ['-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'max_wal_size=64MB', '-c', 'shared_buffers=16MB'];

async function responds(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function childrenOf(pid: number): readonly number[] {
  return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
}

/** PostgreSQL refuses to run as root; Debian has a user for it. */
export function serverOwner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string): number => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Debian keeps the programs of the server out of the path, in a folder for each version. */
function binary(name: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => path.join(DEBIAN, version, 'bin', name)).find(existsSync) ?? name;
}

const DEBIAN = '/usr/lib/postgresql';
