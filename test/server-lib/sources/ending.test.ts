import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { type Ended, runNode } from '../../support/process.ts';
import { startRedis } from '../../support/redis-server.ts';
import { rulesText } from '../../support/rules-text.ts';
import { ROOT } from '../../support/source-tree.ts';
import { folderForThisTest } from '../../support/temporary-folder.ts';

const SOURCES = ['a file', 'Redis', 'Redis that does not answer', 'no Redis'] as const;

test.each(SOURCES)('a program that closes its source on %s has no timer left, and ends by itself', async (kind) => {
  const ended = await program(
    `await source.ready;
     await source.close();
     await new Promise((resolve) => setImmediate(resolve));
     console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout'));`,
    kind,
  );

  expect(ended).toEqual({ code: 0, output: '[]\n' });
});

test.each(SOURCES)('a program that forgets its source on %s ends by itself too', async (kind) => {
  const ended = await program(`await source.ready; console.log('ready');`, kind);

  expect(ended).toEqual({ code: 0, output: 'ready\n' });
});

test.each(SOURCES)('a program that closes its source on %s before it is ready ends by itself', async (kind) => {
  const ended = await program(`await source.close(); console.log('closed');`, kind);

  expect(ended).toEqual({ code: 0, output: 'closed\n' });
});

async function program(body: string, kind: (typeof SOURCES)[number]): Promise<Ended> {
  const entry = (name: string): string => JSON.stringify(pathToFileURL(path.join(ROOT, 'server-lib', `${name}.ts`)));
  const text = `
    import { fileSource } from ${entry('rules')};
    import { redisSource } from ${entry('redis')};
    const source = ${await opening(kind)};
    ${body}`;
  return runNode(['--import', 'tsx', '--input-type=module', '--eval', text]);
}

async function opening(kind: (typeof SOURCES)[number]): Promise<string> {
  if (kind === 'a file') {
    const file = path.join(folderForThisTest(), 'rules.json');
    writeFileSync(file, rulesText('red'));
    return `fileSource(${JSON.stringify(file)})`;
  }
  const redis = await startRedis();
  if (kind === 'Redis that does not answer') await redis.signal('SIGSTOP');
  if (kind === 'no Redis') await redis.signal('SIGKILL');
  return `redisSource({ url: ${JSON.stringify(redis.url)} })`;
}
