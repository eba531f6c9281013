import { expect, test } from 'vitest';
import { CLI, commandLine, runCommand } from '../../../helpers/processes/command-line.ts';
import { CHECKOUT_RULES } from '../../../helpers/rules-documents.ts';

test('list shows every flag, what is off and what is targeted', async () => {
  const { code, out } = await commandLine({ 'rules.json': CHECKOUT_RULES }).run('list');

  expect(code).toBe(0);
  expect(out).toBe(
    [
      'CHECKOUT       CLASSIC             targeted by if  CLASSIC, ONE_PAGE',
      'SEARCH    off  EXACT               for all         EXACT, FUZZY',
      'BANNER         the code’s default  for all         ON, OFF',
      '',
    ].join('\n'),
  );
});

test('names from a document move no cursor', async () => {
  const rules = CHECKOUT_RULES.replace('"SEARCH"', '"\\u001b[2J\\u202ESEARCH"');

  const { out } = await commandLine({ 'rules.json': rules }).run('list');

  expect(out).toContain('\\u001b[2J\\u202eSEARCH');
});

test('list of 200,000 flags prints each of them', async () => {
  const { code, out, err } = await commandLine({ 'rules.json': manyFlags(200_000) }).run('list');

  expect(out.slice(0, out.indexOf('\n'))).toBe('F0         on  for all  on');
  expect(out.split('\n')).toHaveLength(200_001);
  expect({ code, err }).toEqual({ code: 0, err: 'from rules.json\n' });
}, 60_000);

test('a reader that has read enough, as head does, is no error', async () => {
  const { folder } = commandLine({ 'rules.json': manyFlags(20_000) });

  const ended = await runCommand('sh', ['-c', `"${process.execPath}" "${CLI}" list | head -n 1; echo done`], folder);

  expect(ended).toEqual({ code: 0, out: 'F0        on  for all  on\ndone\n', err: 'from rules.json\n' });
});

test('a name of any length makes no other line long', async () => {
  const rules = CHECKOUT_RULES.replace('"SEARCH"', `"${'S'.repeat(100_000)}"`);

  const { out } = await commandLine({ 'rules.json': rules }).run('list');

  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(400);
});

test.each([
  // typed                      with GATEKEEPER_REDIS  said first
  [['list'], false, 'from rules.json'],
  [['list', 'rules.json'], true, 'from rules.json'],
  [['list'], true, 'from rules.json; not from Redis: this command reads it with --redis, not by GATEKEEPER_REDIS'],
  [['explain', 'SEARCH'], true, 'from rules.json; not from Redis'],
])('%j says first which document it read', async (words, isRedisSet, said) => {
  const environment = isRedisSet ? { GATEKEEPER_REDIS: 'redis://:secret@127.0.0.1:1' } : {};
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES }, environment);

  const { code, err } = await prompt.run(...words);
  const json = await prompt.run(...words, '--json');

  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(said) });
  expect(JSON.parse(json.out)).toMatchObject({ ok: true, source: 'rules.json' });
  expect(json.err).toBe('');
});

test('where there is no file and GATEKEEPER_REDIS is set, the way to Redis is said', async () => {
  const { code, err } = await commandLine({}, { GATEKEEPER_REDIS: 'redis://127.0.0.1:1' }).run('list');

  expect(err).toContain('The file "rules.json" does not exist; not from Redis: this command reads it with --redis');
  expect(code).toBe(3);
});

function manyFlags(count: number): string {
  const flag = '{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}';
  return `{"flags":{${Array.from({ length: count }, (_, at) => `"F${at}":${flag}`).join(',')}}}`;
}
