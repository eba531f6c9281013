import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import type pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { postgresSource, publishRules } from '../../../../server-lib/postgres.ts';
import { serverOwner } from '../../../helpers/processes/postgres-process.ts';
import { connectedClient, freshName, sharedPostgres, writeRow } from '../../../helpers/processes/postgres-server.ts';
import { freePort } from '../../../helpers/processes/redis-process.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';
import { folderForThisTest } from '../../../helpers/temporary-folder.ts';

const postgres = sharedPostgres();
const flags = { BUTTON: { variants: ['grey', 'red', 'green', 'none'], default: 'grey' } } as const;
const RECOVERY = { timeout: 5_000, interval: 20 }; // from the end of a fault to the next document

/** Breaks PostgreSQL. Resolves with a function that repairs it, if it does not work again by itself. */
type Fault = (key: string, client: pg.Client) => Promise<(() => Promise<unknown>) | undefined>;

const FAULTS: Readonly<Record<string, Fault>> = {
  'is killed': async () => {
    await postgres().signal('SIGKILL');
    return () => postgres().startAgain();
  },
  'is restarted': async () => {
    await postgres().signal('SIGINT');
    return () => postgres().startAgain();
  },
  'does not respond': async () => {
    await postgres().signal('SIGSTOP');
    return () => postgres().signal('SIGCONT');
  },
  'has locked the table': async (_, client) => {
    await client.query('begin; lock table gatekeeper_rules in access exclusive mode');
    return () => client.query('rollback');
  },
  'has renamed the table': async (_, client) => {
    await client.query('alter table gatekeeper_rules rename to elsewhere');
    return () => client.query('alter table elsewhere rename to gatekeeper_rules');
  },
  'has no such document': async (key, client) => {
    await client.query('delete from gatekeeper_rules where key = $1', [key]);
    return undefined;
  },
  'has a document that is not valid': async (key, client) => {
    await writeRow(client, key, '{"flags":');
    return undefined;
  },
};

test.each(Object.entries(FAULTS))(
  'while PostgreSQL %s, requests use the last good rules; within five seconds of its end, they use new ones',
  async (_, causeFault) => {
    const key = freshName();
    const client = await connectedClient(postgres().url);
    await publishRules(client, rulesText('red'), { key });
    const rules = postgresSource({ url: postgres().url, key, pollInterval: 200 });
    const keeper = createGatekeeper({ flags, rules, onError: () => {} });
    onTestFinished(() => keeper.close());
    await keeper.ready;
    const events: string[] = [];
    keeper.onRulesChange(({ kind }) => events.push(kind));

    const repair = await causeFault(key, client);
    const variants = new Set<string>();
    const end = Date.now() + 60_000;
    do {
      variants.add(keeper.gateFor().ffVariant('BUTTON'));
      await later(1);
    } while (keeper.health().lastError === undefined && Date.now() < end);
    const fault = keeper.health().lastError;
    await repair?.();
    await publishRules(await connectedClient(postgres().url), rulesText('green'), { key });
    await vi.waitFor(() => expect(keeper.gateFor().ffVariant('BUTTON')).toBe('green'), RECOVERY);

    expect(fault).toBeDefined();
    expect(variants).toEqual(new Set(['red']));
    expect(events.filter((kind) => kind !== 'recovered').slice(0, 1)).toEqual(['failed']);
    expect(events.at(-1)).toBe('changed');
    expect(keeper.health()).not.toHaveProperty('lastError');
  },
);

test('while the table is locked, at most one process of the server waits for a source', async () => {
  const { client, source, application } = await sourceWithRed(200);
  const watcher = await connectedClient(postgres().url);
  const waiting = async (): Promise<number> => {
    const query = 'select count(*) from pg_stat_activity where application_name = $1';
    return Number((await watcher.query(query, [application])).rows[0].count);
  };

  await client.query('begin; lock table gatekeeper_rules in access exclusive mode');
  await vi.waitFor(() => expect(source.health().lastError).toContain('57014'), 20_000);
  const counts: number[] = [];
  for (let time = 0; time < 20; time++) {
    counts.push(await waiting());
    await later(100);
  }
  await client.query('rollback');
  await vi.waitFor(() => expect(source.health()).not.toHaveProperty('lastError'), RECOVERY);

  expect(Math.max(...counts)).toBe(1);
});

test('a connection that is cut is opened again at once, and a recovery is reported', async () => {
  const { key, client, source, application } = await sourceWithRed(3_600_000);

  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    application,
  ]);
  await publishRules(client, rulesText('green'), { key });

  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), RECOVERY);
});

test('a network that drops the connection and comes back is survived', async () => {
  const network = await startProxy(postgres().port);
  const { key, client, source } = await sourceWithRed(200, network.port);

  await network.cut();
  await vi.waitFor(() => expect(source.health().lastError).toContain('ECONNREFUSED'), RECOVERY);
  await network.mend();
  await publishRules(client, rulesText('green'), { key });

  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), RECOVERY);
});

test('behind a pooler that swallows LISTEN, polls find the change', async () => {
  const pooler = await startPooler(postgres().port);
  const { key, client, source } = await sourceWithRed(undefined, pooler);

  await publishRules(client, rulesText('green'), { key });

  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('green')), RECOVERY);
  expect(source.health()).not.toHaveProperty('lastError');
});

/** A source that has the red document, with a name for its connection, which may go `through` another port. */
async function sourceWithRed(pollInterval: number | undefined, through = postgres().port) {
  const [key, application] = [freshName(), freshName()];
  const client = await connectedClient(postgres().url);
  await publishRules(client, rulesText('red'), { key });
  const url = `postgres://gatekeeper@127.0.0.1:${through}/postgres?application_name=${application}`;
  const source = postgresSource({ url, key, pollInterval });
  onTestFinished(() => source.close());
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('red')), RECOVERY);
  return { key, client, source, application };
}

/** A network between a source and PostgreSQL that a test can cut. */
async function startProxy(target: number) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const other = net.connect(target, '127.0.0.1');
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => sockets.delete(one));
    }
    socket.pipe(other).pipe(socket);
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const port = await freePort();
  await listen(port);
  onTestFinished(() => (server.listening ? cut() : undefined));
  return { port, cut, mend: () => listen(port) };
}

/** A pgbouncer that gives each transaction any connection: a notification has no client to go to. */
async function startPooler(target: number): Promise<number> {
  const [folder, port] = [folderForThisTest(), await freePort()];
  chmodSync(folder, 0o755);
  const config = path.join(folder, 'pgbouncer.ini');
  writeFileSync(path.join(folder, 'users.txt'), '"gatekeeper" ""\n');
  writeFileSync(
    config,
    `[databases]
* = host=127.0.0.1 port=${target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users.txt
pool_mode = transaction
`,
  );
  const pooler = spawn('pgbouncer', ['-q', config], { ...serverOwner(), stdio: 'ignore' });
  onTestFinished(() => void pooler.kill('SIGKILL'));
  await vi.waitFor(() => connects(port), { timeout: 30_000, interval: 50 });
  return port;
}

function connects(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
