import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { revisionOf } from '../../../../server-lib/rules/document/rules-document.ts';
import { type CommandLine, commandLine } from '../../../helpers/processes/command-line.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { CHECKOUT_RULES, rulesText } from '../../../helpers/rules-documents.ts';

test('push puts the file in force, and says what that changes', async () => {
  const { prompt, client } = await atRedis({ 'one.json': rulesText('red'), 'two.json': CHECKOUT_RULES });

  const first = await prompt.run('push', 'one.json', '--message', 'Red for all', '--author', 'Ada');
  const second = await prompt.run('push', 'two.json');
  const third = await prompt.run('push', 'two.json');

  expect(first).toEqual({
    code: 0,
    err: `to Redis at ${new URL(prompt.url).host}, key "gatekeeper:rules"\n`,
    out: expect.stringMatching(/^[0-9a-f]{12} is in force, in place of nothing\n {2}\+ BUTTON\n$/),
  });
  const revision = first.out.slice(0, 12);
  expect(second.out).toContain(
    `is in force, in place of ${revision}\n  + BANNER\n  - BUTTON\n  + CHECKOUT\n  + SEARCH\n`,
  );
  expect(third.out).toContain('was in force already');
  expect(await client.get('gatekeeper:rules')).toBe(CHECKOUT_RULES);
});

test('push that expects another revision than is there changes nothing, and says who was faster', async () => {
  const { prompt, client } = await atRedis({ 'red.json': rulesText('red'), 'blue.json': rulesText('blue') });
  const red = await revisionAfter(prompt, 'push', 'red.json');
  const blue = await revisionAfter(prompt, 'push', 'blue.json', '--author', 'Ada', '--message', 'Blue for all');
  writeFileSync(path.join(prompt.folder, 'green.json'), rulesText('green'));

  const { code, out, err } = await prompt.run('push', 'green.json', '--expect', red);
  const beginning = await prompt.run('push', 'green.json', '--expect', blue.slice(0, 5));
  const json = await prompt.run('push', 'green.json', '--expect', '', '--json');

  expect({ code, out }).toEqual({ code: 4, out: '' });
  expect(beginning.code).toBe(4); // five characters may be those of another revision
  expect(beginning.err).toContain('; --expect needs at least 6 characters of it\n');
  expect(err).toMatch(`error Nothing was changed: ${short(red)} was expected, there is ${short(blue)} (Ada, 20`);
  expect(err).toContain('Blue for all');
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, exitCode: 4, expected: '', revision: blue });
  expect(await client.get('gatekeeper:rules')).toBe(rulesText('blue'));
  expect(await prompt.run('push', 'green.json', '--expect', short(blue))).toMatchObject({ code: 0 });
});

test('of many who push from the same revision at once one is taken', async () => {
  const colours = ['red', 'green', 'blue', 'pink'];
  const { prompt } = await atRedis(Object.fromEntries(colours.map((colour) => [colour, rulesText(colour)])));

  const ended = await Promise.all(colours.map((colour) => prompt.run('push', colour, '--expect', '')));

  expect(ended.map(({ code }) => code).sort()).toEqual([0, 4, 4, 4]);
});

test('a document that servers would refuse, or leave parts of out, does not reach Redis', async () => {
  const { prompt, client } = await atRedis({
    'bad.json': '{"flags":',
    'rules.json': rulesText('red'),
    'flags.mjs': "export const flags = { OTHER: { variants: ['A'], default: 'A' } };",
  });

  const bad = await prompt.run('push', 'bad.json');
  const foreign = await prompt.run('push', 'rules.json', '--flags', 'flags.mjs');

  expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('bad.json:1:10: ') });
  expect(foreign).toMatchObject({ code: 1, err: expect.stringContaining('Flag "BUTTON": the code has no such flag') });
  expect(await client.exists('gatekeeper:rules')).toBe(0);
  const allowed = await prompt.run('push', 'rules.json', '--flags', 'flags.mjs', '--allow-warnings');
  expect(allowed).toMatchObject({ code: 0, out: expect.stringContaining('the code has no such flag') });
  expect(await client.get('gatekeeper:rules')).toBe(rulesText('red'));
});

test('log lists who published what, and rollback puts an earlier one in force, and back', async () => {
  const { prompt, client } = await atRedis({ 'red.json': rulesText('red'), 'blue.json': rulesText('blue') });
  const red = await revisionAfter(prompt, 'push', 'red.json', '--author', 'Ada', '--message', 'Red for all');
  const blue = await revisionAfter(prompt, 'push', 'blue.json', '--author', 'Grace', '--message', '\x1b[31mBlue');

  const log = await prompt.run('log');
  const back = await prompt.run('rollback');
  const inForce = await client.get('gatekeeper:rules');
  const named = await prompt.run('rollback', blue.slice(0, 6), '--message', 'Forth');
  const { out } = await prompt.run('log', '--json');

  expect(log.out.split('\n').map((line) => line.replace(/20\S+Z/, 'TIME'))).toEqual([
    `*  ${short(blue)}  TIME  Grace  \\u001b[31mBlue`,
    `   ${short(red)}  TIME  Ada    Red for all`,
    '',
  ]);
  expect(back).toMatchObject({ code: 0, out: `${short(red)} is in force, in place of ${short(blue)}\n  ~ BUTTON\n` });
  expect(inForce).toBe(rulesText('red'));
  expect(named).toMatchObject({ code: 0, out: expect.stringContaining(`${short(blue)} is in force`) });
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
  [['rollback'], 'The log does not hold an earlier revision'],
  [['rollback', 'abc'], 'The log does not hold a revision "abc"'],
])('typing %j where there is no such revision changes nothing', async (words, said) => {
  const { prompt, client } = await atRedis({ 'red.json': rulesText('red') });
  await prompt.run('push', 'red.json');

  expect(await prompt.run(...words)).toMatchObject({ code: 1, err: expect.stringContaining(said) });
  expect(await client.get('gatekeeper:rules')).toBe(rulesText('red'));
});

test('a beginning that two revisions of the log have is refused, and an empty one too', async () => {
  const [one, other] = sameBeginning();
  const { prompt, client } = await atRedis({ 'one.json': one, 'other.json': other });
  const first = await revisionAfter(prompt, 'push', 'one.json');
  const second = await revisionAfter(prompt, 'push', 'other.json');

  const ended = await prompt.run('rollback', first.slice(0, 1));
  const empty = await prompt.run('rollback', '');

  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('2 revisions of the log begin with "') });
  expect(ended.err).toContain(`${short(second)}, ${short(first)}; write more characters of the one you mean\n`);
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
  throw new Error('there are sixteen beginnings');
}

test('what was put there without this program is said, explained, and can be rolled back from', async () => {
  const { prompt, client } = await atRedis({ 'red.json': rulesText('red') });
  const red = await revisionAfter(prompt, 'push', 'red.json');
  await client.set('gatekeeper:rules', CHECKOUT_RULES);

  const log = await prompt.run('log');
  const list = await prompt.run('list', '--redis', prompt.url, '--json');
  const explained = await prompt.run('explain', 'SEARCH', '--redis', prompt.url);
  const back = await prompt.run('rollback');

  expect(log.out).toContain('is in force, and was not published with this program');
  const place = `Redis at ${new URL(prompt.url).host}, key "gatekeeper:rules"`;
  expect(JSON.parse(list.out)).toMatchObject({ source: place, flags: [{ flag: 'CHECKOUT' }, {}, {}] });
  expect([log.err, explained.err]).toEqual([`from ${place}\n`, `from ${place}\n`]);
  expect(explained.out).toContain('DISABLED: switched off');
  expect(back.out).toContain(`${short(red)} is in force`);
});

test('another key is another document, with a log of its own', async () => {
  const { prompt, client } = await atRedis({ 'red.json': rulesText('red') });

  await prompt.run('push', 'red.json', '--key', 'shop:rules');

  expect((await client.keys('*')).sort()).toEqual(['shop:rules', '{shop:rules}:log']);
  expect((await prompt.run('log')).out).toBe('nothing is in force\n');
});

test.each([
  // what is wrong       the url                          exit code  said
  ['no Redis', 'redis://:secret@127.0.0.1:1', 3, 'Redis at 127.0.0.1:1: ECONNREFUSED'],
  [
    'a database that is not a number',
    'redis://:secret@127.0.0.1:1/db',
    2,
    '--redis does not end with a database number',
  ],
  ['no url of Redis', 'http://:secret@127.0.0.1:1', 2, 'say where Redis is: --redis redis://host:port'],
])('with %s it says so without the password', async (_, url, expected, said) => {
  const prompt = commandLine({ 'red.json': rulesText('red') });

  const { code, err } = await prompt.run('push', 'red.json', '--redis', url);

  expect(code).toBe(expected);
  expect(err).toContain(said);
  expect(err).not.toContain('secret');
});

test('where Redis does not answer it gives up', async () => {
  const redis = await startRedis();
  await redis.signal('SIGSTOP');

  const ended = await commandLine().run('log', '--redis', redis.url);

  expect(ended).toMatchObject({ code: 3, err: expect.stringContaining('no answer within 5 seconds') });
});

interface RedisPrompt extends CommandLine {
  readonly url: string;
}

/** A prompt whose environment says where Redis is. */
async function atRedis(files: Readonly<Record<string, string>>) {
  const { url } = await startRedis();
  const client = await createClient({ url }).connect();
  onTestFinished(() => client.destroy());
  const prompt: RedisPrompt = { ...commandLine(files, { GATEKEEPER_REDIS: url }), url };
  return { client, prompt };
}

/** A revision as commands print it. */
const short = (revision: string): string => revision.slice(0, 12);

async function revisionAfter(prompt: CommandLine, ...words: readonly string[]): Promise<string> {
  const { out, err } = await prompt.run(...words, '--json');
  const { revision } = JSON.parse(out);
  expect(revision, err).toMatch(/^[0-9a-f]{40}$/);
  return revision;
}
