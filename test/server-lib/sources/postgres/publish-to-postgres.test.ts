import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type PostgresClient, publishRules } from '../../../../server-lib/postgres.ts';
import { readLog, readPublished } from '../../../../server-lib/sources/postgres/publish-to-postgres.ts';
import { publishingContract } from '../../../contracts/publishing.ts';
import { commandLine } from '../../../helpers/processes/command-line.ts';
import { connectedClient, freshName, sharedPostgres } from '../../../helpers/processes/postgres-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const postgres = sharedPostgres();

describe('with a pool', () => {
  publishingContract(async () => {
    const pool = new pg.Pool({ connectionString: postgres().url, max: 4 });
    onTestFinished(() => pool.end());
    return emptyStore(pool);
  });
});

test('a client publishes and reads the log over its own connection', async () => {
  const store = await emptyStore(await connectedClient(postgres().url));

  await store.publish(rulesText('red'), { message: 'Red for all' });

  expect(await store.log()).toMatchObject([{ message: 'Red for all', document: rulesText('red') }]);
});

test('after an error the connection is out of the transaction', async () => {
  const client = await connectedClient(postgres().url);
  await client.query('create table if not exists broken (id int)');

  await expect(publishRules(client, rulesText('red'), { table: 'broken' })).rejects.toThrow('column');

  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('several that publish first create the table once', async () => {
  const pool = new pg.Pool({ connectionString: postgres().url });
  onTestFinished(() => pool.end());

  const results = await Promise.all(
    ['red', 'green', 'blue'].map((colour) => publishRules(pool, rulesText(colour), { table: 'fresh', expected: '' })),
  );

  expect(results.map(({ kind }) => kind).sort()).toEqual(['published', 'rejected', 'rejected']);
});

test('push, log, rollback, list and explain work on PostgreSQL', async () => {
  const { url } = postgres();
  const files = { 'red.json': rulesText('red'), 'blue.json': rulesText('blue') };
  const prompt = commandLine(files, { GATEKEEPER_POSTGRES: url });
  const at = ['--table', freshName()];
  const name = `PostgreSQL at ${new URL(url).host}, key "gatekeeper:rules"`;

  const none = await prompt.run('log', ...at);
  const red = await prompt.run('push', 'red.json', ...at, '--author', 'Ada', '--keep', 'all');
  const blue = await prompt.run('push', 'blue.json', ...at, '--message', 'Blue for all');
  const outdated = await prompt.run('push', 'red.json', ...at, '--expect', '');
  const log = await prompt.run('log', ...at, '--limit', '1', '--json');
  const back = await prompt.run('rollback', ...at);
  const list = await prompt.run('list', ...at, '--postgres', url);
  const explained = await prompt.run('explain', 'BUTTON', ...at, '--postgres', url, '--json');

  expect(none).toMatchObject({ code: 0, out: 'no document is in force\n', err: `from ${name}\n` });
  expect(red).toMatchObject({ code: 0, err: `to ${name}\n` });
  expect(blue.out).toContain(`is in force, in place of ${red.out.slice(0, 12)}\n  ~ BUTTON\n`);
  expect(outdated).toMatchObject({ code: 4, err: expect.stringContaining('Blue for all') });
  expect(JSON.parse(log.out)).toMatchObject({ ok: true, source: name, revisions: [{ message: 'Blue for all' }] });
  expect(back.out).toContain(`${red.out.slice(0, 12)} is in force`);
  expect(list).toMatchObject({ code: 0, err: `from ${name}\n`, out: expect.stringContaining('BUTTON') });
  expect(JSON.parse(explained.out)).toMatchObject({ flag: 'BUTTON', variant: 'red', source: name });
});

test('rollback finds a revision that is older than the first part of the log', async () => {
  const { url } = postgres();
  const [key, client] = [freshName(), await connectedClient(url)];
  const first = await publishRules(client, rulesText('first'), { key });
  for (let time = 0; time < 45; time++) await publishRules(client, rulesText(`c${time}`), { key });

  const byName = await commandLine().run('rollback', first.revision.slice(0, 6), '--postgres', url, '--key', key);
  const unknown = await commandLine().run('rollback', 'ffffff', '--postgres', url, '--key', key);

  expect(byName).toMatchObject({ code: 0, out: expect.stringContaining(`${first.revision.slice(0, 12)} is in force`) });
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('The log has no revision "ffffff"') });
});

test.each([
  // arguments                                                     code  message
  [['log', '--postgres', 'postgres://u:secret@127.0.0.1:1/d'], 3, 'PostgreSQL at 127.0.0.1:1: ECONNREFUSED'],
  [
    ['log', '--postgres', 'http://u:secret@h'],
    2,
    '--postgres must be postgres://host:port/database; --postgres does not',
  ],
  [
    ['log', '--postgres', 'postgres://h/d', '--redis', 'redis://h'],
    2,
    'expected one store; got both --redis and --postgres',
  ],
  [['log', '--postgres', 'postgres://h/d', '--table', 'a b'], 2, 'table must be the name of a table'],
  [['log', '--postgres', 'postgres://h/d', '--limit', '0'], 2, '--limit must be a number, 1 or more; got "0"'],
  [['list', '--table', 'rules'], 2, 'add --postgres <url>, or remove --table'],
  [['list', 'rules.json', '--postgres', 'postgres://h/d'], 2, 'expected either a file or --postgres; got both'],
])('%j exits with %i', async (args, code, message) => {
  const ended = await commandLine().run(...args);

  expect(ended).toMatchObject({ code, err: expect.stringContaining(message) });
  expect(ended.err).not.toContain('secret');
});

async function emptyStore(client: PostgresClient) {
  const key = freshName();
  const listener = await connectedClient(postgres().url);
  const announced: string[] = [];
  listener.on('notification', ({ payload }) => void announced.push(String(payload)));
  await listener.query(`listen "${key}:changed"`);
  return {
    publish: (document: string | object, options: object = {}) => publishRules(client, document, { key, ...options }),
    read: () => readPublished(client, { key }),
    log: (range?: object) => readLog(client, { key }, range),
    announced,
  };
}
