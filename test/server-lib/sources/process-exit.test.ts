import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startRulesServer } from '../../helpers/http/rules-server.ts';
import { sharedPostgres } from '../../helpers/processes/postgres-server.ts';
import { type ProgramResult, runNode } from '../../helpers/processes/process.ts';
import { startRedis } from '../../helpers/processes/redis-server.ts';
import { ROOT } from '../../helpers/repository/source-tree.ts';
import { rulesText } from '../../helpers/rules-documents.ts';
import { folderForThisTest } from '../../helpers/temporary-folder.ts';

const SOURCES = [
  'a file',
  'Redis',
  'Redis that does not answer',
  'no Redis',
  'a URL',
  'a URL whose server does not answer',
  'PostgreSQL',
  'PostgreSQL that does not answer',
] as const;

const postgres = sharedPostgres();

test.each(SOURCES)('a program that closes its source on %s has no timer left and exits by itself', async (kind) => {
  const ended = await program(
    `await source.ready;
     await source.close();
     await new Promise((resolve) => setImmediate(resolve));
     console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout'));`,
    kind,
  );

  expect(ended).toEqual({ code: 0, output: '[]\n' });
});

test.each(SOURCES)('a program that does not close its source on %s exits by itself', async (kind) => {
  const ended = await program(`await source.ready; console.log('ready');`, kind);

  expect(ended).toEqual({ code: 0, output: 'ready\n' });
});

test.each(SOURCES)('a program that closes its source on %s before it is ready exits by itself', async (kind) => {
  const ended = await program(`await source.close(); console.log('closed');`, kind);

  expect(ended).toEqual({ code: 0, output: 'closed\n' });
});

async function program(body: string, kind: (typeof SOURCES)[number]): Promise<ProgramResult> {
  const entry = (name: string): string =>
    JSON.stringify(pathToFileURL(path.join(ROOT, 'dist/server-lib', `${name}.js`)));
  const text = `
    import { fileSource, httpSource } from ${entry('rules')};
    import { postgresSource } from ${entry('postgres')};
    import { redisSource } from ${entry('redis')};
    const source = ${await sourceExpression(kind)};
    ${body}`;
  return runNode(['--input-type=module', '--eval', text]);
}

async function sourceExpression(kind: (typeof SOURCES)[number]): Promise<string> {
  if (kind === 'a file') {
    const file = path.join(folderForThisTest(), 'rules.json');
    writeFileSync(file, rulesText('red'));
    return `fileSource(${JSON.stringify(file)})`;
  }
  if (kind.startsWith('a URL')) {
    const server = await startRulesServer();
    server.put(rulesText('red'));
    if (kind !== 'a URL') server.respond(() => {});
    return `httpSource({ url: ${JSON.stringify(server.url)} })`;
  }
  if (kind.startsWith('PostgreSQL')) {
    const server = postgres();
    if (kind !== 'PostgreSQL') {
      await server.signal('SIGSTOP');
      onTestFinished(() => server.signal('SIGCONT'));
    }
    return `postgresSource({ url: ${JSON.stringify(server.url)} })`;
  }
  const redis = await startRedis();
  if (kind === 'Redis that does not answer') await redis.signal('SIGSTOP');
  if (kind === 'no Redis') await redis.signal('SIGKILL');
  return `redisSource({ url: ${JSON.stringify(redis.url)} })`;
}
