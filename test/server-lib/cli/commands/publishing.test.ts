import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { revisionOf } from '../../../../server-lib/rules/document/rules-document.ts';
import { type CommandLine, commandLine } from '../../../helpers/processes/command-line.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { CHECKOUT_RULES, rulesText } from '../../../helpers/rules-documents.ts';

test('push puts the document in force and lists the changed flags', async () => {
  const { prompt, client } = await withRedis({ 'one.json': rulesText('red'), 'two.json': CHECKOUT_RULES });

  const first = await prompt.run('push', 'one.json', '--message', 'Red for all', '--author', 'Ada');
  const second = await prompt.run('push', 'two.json');
  const third = await prompt.run('push', 'two.json');

  expect(first).toEqual({
    code: 0,
    err: `to Redis at ${new URL(prompt.url).host}, key "gatekeeper:rules"\n`,
    out: expect.stringMatching(/^[0-9a-f]{12} is in force, in place of no document\n {2}\+ BUTTON\n$/),
  });
  const revision = first.out.slice(0, 12);
  expect(second.out).toContain(
    `is in force, in place of ${revision}\n  + BANNER\n  - BUTTON\n  + CHECKOUT\n  + SEARCH\n`,
  );
  expect(third.out).toContain('is already in force');
  expect(await client.get('gatekeeper:rules')).toBe(CHECKOUT_RULES);
});

test('push with an outdated --expect changes nothing and names the current revision and its author', async () => {
  const { prompt, client } = await withRedis({ 'red.json': rulesText('red'), 'blue.json': rulesText('blue') });
  const red = await revisionAfter(prompt, 'push', 'red.json');
  const blue = await revisionAfter(prompt, 'push', 'blue.json', '--author', 'Ada', '--message', 'Blue for all');
  writeFileSync(path.join(prompt.folder, 'green.json'), rulesText('green'));

  const { code, out, err } = await prompt.run('push', 'green.json', '--expect', red);
  const beginning = await prompt.run('push', 'green.json', '--expect', blue.slice(0, 5));
  const json = await prompt.run('push', 'green.json', '--expect', '', '--json');

  expect({ code, out }).toEqual({ code: 4, out: '' });
  expect(beginning.code).toBe(4); // five characters may be those of another revision
  expect(beginning.err).toContain('; --expect needs at least 6 characters of it\n');
  expect(err).toMatch(`error Nothing was changed: expected ${short(red)}, found ${short(blue)} (Ada, 20`);
  expect(err).toContain('Blue for all');
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, exitCode: 4, expected: '', revision: blue });
  expect(await client.get('gatekeeper:rules')).toBe(rulesText('blue'));
  expect(await prompt.run('push', 'green.json', '--expect', short(blue))).toMatchObject({ code: 0 });
});

test('of several concurrent pushes from the same revision, one succeeds', async () => {
  const colours = ['red', 'green', 'blue', 'pink'];
  const { prompt } = await withRedis(Object.fromEntries(colours.map((colour) => [colour, rulesText(colour)])));

  const ended = await Promise.all(colours.map((colour) => prompt.run('push', colour, '--expect', '')));

  expect(ended.map(({ code }) => code).sort()).toEqual([0, 4, 4, 4]);
});

test('a document that servers would refuse, or use only in part, is not published', async () => {
  const { prompt, client } = await withRedis({
    'bad.json': '{"flags":',
    'rules.json': rulesText('red'),
    'flags.mjs': "export const flags = { OTHER: { variants: ['A'], default: 'A' } };",
  });

  const bad = await prompt.run('push', 'bad.json');
  const unknownFlag = await prompt.run('push', 'rules.json', '--flags', 'flags.mjs');

  expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('bad.json:1:10: ') });
  expect(unknownFlag).toMatchObject({
    code: 1,
    err: expect.stringContaining('Flag "BUTTON": the code has no such flag'),
  });
  expect(await client.exists('gatekeeper:rules')).toBe(0);
  const allowed = await prompt.run('push', 'rules.json', '--flags', 'flags.mjs', '--allow-warnings');
  expect(allowed).toMatchObject({ code: 0, out: expect.stringContaining('the code has no such flag') });
  expect(await client.get('gatekeeper:rules')).toBe(rulesText('red'));
});

test('log lists authors and messages; rollback puts an earlier revision in force, and can be undone', async () => {
  const { prompt, client } = await withRedis({ 'red.json': rulesText('red'), 'blue.json': rulesText('blue') });
  const red = await revisionAfter(prompt, 'push', 'red.json', '--author', 'Ada', '--message', 'Red for all');
  const blue = await revisionAfter(prompt, 'push', 'blue.json', '--author', 'Grace', '--message', '\x1b[31mBlue');

  const log = await prompt.run('log');
  const back = await prompt.run('rollback');
  const inForce = await client.get('gatekeeper:rules');
  const byName = await prompt.run('rollback', blue.slice(0, 6), '--message', 'Forth');
  const { out } = await prompt.run('log', '--json');

  expect(log.out.split('\n').map((line) => line.replace(/20\S+Z/, 'TIME'))).toEqual([
    `*  ${short(blue)}  TIME  Grace  \\u001b[31mBlue`,
    `   ${short(red)}  TIME  Ada    Red for all`,
    '',
  ]);
  expect(back).toMatchObject({ code: 0, out: `${short(red)} is in force, in place of ${short(blue)}\n  ~ BUTTON\n` });
  expect(inForce).toBe(rulesText('red'));
  expect(byName).toMatchObject({ code: 0, out: expect.stringContaining(`${short(blue)} is in force`) });
  const { current, revisions } = JSON.parse(out);
  expect(current).toBe(blue);
  expect(revisions.map(({ message }: { message: string }) => message.split(' of ')[0])).toEqual([
    'Forth',
    `Back to ${short(red)}`,
    '\x1b[31mBlue',
    'Red for all',
  ]);
});

test.each([
  [['rollback'], 'The log has no earlier revision'],
  [['rollback', 'abc'], 'The log has no revision "abc"'],
])('%j without such a revision changes nothing', async (args, message) => {
  const { prompt, client } = await withRedis({ 'red.json': rulesText('red') });
  await prompt.run('push', 'red.json');

  expect(await prompt.run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
  expect(await client.get('gatekeeper:rules')).toBe(rulesText('red'));
});

test('rollback refuses characters with which two revisions begin, and an empty revision', async () => {
  const [one, other] = sameBeginning();
  const { prompt, client } = await withRedis({ 'one.json': one, 'other.json': other });
  const first = await revisionAfter(prompt, 'push', 'one.json');
  const second = await revisionAfter(prompt, 'push', 'other.json');

  const ended = await prompt.run('rollback', first.slice(0, 1));
  const empty = await prompt.run('rollback', '');

  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('2 revisions of the log begin with "') });
  expect(ended.err).toContain(`${short(second)}, ${short(first)}; give more characters\n`);
  expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('[revision] is empty') });
  expect(await client.get('gatekeeper:rules')).toBe(other);
});

/** Two documents whose revisions begin with the same character. */
function sameBeginning(): readonly [string, string] {
  const texts = Array.from({ length: 17 }, (_, at) => rulesText(`colour${at}`));
  for (const [at, text] of texts.entries()) {
    const other = texts.slice(at + 1).find((later) => revisionOf(later)[0] === revisionOf(text)[0]);
    if (other !== undefined) return [text, other];
  }
  throw new Error('a revision begins with one of sixteen characters');
}

test('a document that was written without push is marked in the log, explained, and can be rolled back', async () => {
  const { prompt, client } = await withRedis({ 'red.json': rulesText('red') });
  const red = await revisionAfter(prompt, 'push', 'red.json');
  await client.set('gatekeeper:rules', CHECKOUT_RULES);

  const log = await prompt.run('log');
  const list = await prompt.run('list', '--redis', prompt.url, '--json');
  const explained = await prompt.run('explain', 'SEARCH', '--redis', prompt.url);
  const back = await prompt.run('rollback');

  expect(log.out).toContain('is in force but is not in the log');
  const source = `Redis at ${new URL(prompt.url).host}, key "gatekeeper:rules"`;
  expect(JSON.parse(list.out)).toMatchObject({ source, flags: [{ flag: 'CHECKOUT' }, {}, {}] });
  expect([log.err, explained.err]).toEqual([`from ${source}\n`, `from ${source}\n`]);
  expect(explained.out).toContain('DISABLED: switched off');
  expect(back.out).toContain(`${short(red)} is in force`);
});

test('another key has its own document and log', async () => {
  const { prompt, client } = await withRedis({ 'red.json': rulesText('red') });

  await prompt.run('push', 'red.json', '--key', 'shop:rules');

  expect((await client.keys('*')).sort()).toEqual(['shop:rules', '{shop:rules}:log']);
  expect((await prompt.run('log')).out).toBe('no document is in force\n');
});

test.each([
  // what is wrong       the url                          exit code  message
  ['no Redis', 'redis://:secret@127.0.0.1:1', 3, 'Redis at 127.0.0.1:1: ECONNREFUSED'],
  [
    'a database that is not a number',
    'redis://:secret@127.0.0.1:1/db',
    2,
    '--redis does not end with a database number',
  ],
  ['a url with another scheme', 'http://:secret@127.0.0.1:1', 2, '--redis must be redis://host:port'],
])('the error about %s does not contain the password', async (_, url, expected, message) => {
  const prompt = commandLine({ 'red.json': rulesText('red') });

  const { code, err } = await prompt.run('push', 'red.json', '--redis', url);

  expect(code).toBe(expected);
  expect(err).toContain(message);
  expect(err).not.toContain('secret');
});

test('log fails after five seconds if Redis does not reply', async () => {
  const redis = await startRedis();
  await redis.signal('SIGSTOP');

  const ended = await commandLine().run('log', '--redis', redis.url);

  expect(ended).toMatchObject({ code: 3, err: expect.stringContaining('no response within 5 seconds') });
});

interface RedisPrompt extends CommandLine {
  readonly url: string;
}

/** A command line with the URL of a new Redis in its environment. */
async function withRedis(files: Readonly<Record<string, string>>) {
  const { url } = await startRedis();
  const client = await createClient({ url }).connect();
  onTestFinished(() => client.destroy());
  const prompt: RedisPrompt = { ...commandLine(files, { GATEKEEPER_REDIS: url }), url };
  return { client, prompt };
}

/** A revision in the form that the commands print. */
const short = (revision: string): string => revision.slice(0, 12);

async function revisionAfter(prompt: CommandLine, ...args: readonly string[]): Promise<string> {
  const { out, err } = await prompt.run(...args, '--json');
  const { revision } = JSON.parse(out);
  expect(revision, err).toMatch(/^[0-9a-f]{40}$/);
  return revision;
}
