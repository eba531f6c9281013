import { expect, test } from 'vitest';
import { CLI, commandLine, runCommand } from '../../../helpers/processes/command-line.ts';
import { CHECKOUT_RULES } from '../../../helpers/rules-documents.ts';

test('list shows every flag, its state, default, targeting and variants', async () => {
  const { code, out } = await commandLine({ 'rules.json': CHECKOUT_RULES }).run('list');

  expect(code).toBe(0);
  expect(out).toBe(
    [
      'CHECKOUT       CLASSIC              targeted by if  CLASSIC, ONE_PAGE',
      'SEARCH    off  EXACT                for all         EXACT, FUZZY',
      'BANNER         the default in code  for all         ON, OFF',
      '',
    ].join('\n'),
  );
});

const VALUES = `{ "flags": {
  "LIMIT": { "state": "ENABLED", "variants": { "LOW": 10, "HIGH": 100 }, "defaultVariant": "HIGH" },
  "COPY": { "state": "ENABLED", "variants": { "SHORT": "Buy\\u001b", "LONG": "LONG" }, "defaultVariant": "SHORT" },
  "PAGE": { "state": "ENABLED", "variants": { "A": { "columns": 3 }, "B": {} }, "defaultVariant": "A" },
  "SALE": { "state": "ENABLED", "variants": { "on": true, "OFF": false, "OPEN": true }, "defaultVariant": "OPEN" }
} }`;

test('list and explain show values that say more than the names of the variants', async () => {
  const prompt = commandLine({ 'rules.json': VALUES });
  const explained = async (flag: string) => (await prompt.run('explain', flag)).out.split('\n')[0];

  const { out } = await prompt.run('list');

  expect(out.split('\n')).toEqual([
    'LIMIT    HIGH   for all  LOW (10), HIGH (100)',
    'COPY     SHORT  for all  SHORT ("Buy\\u001b"), LONG',
    'PAGE     A      for all  A ({"columns":3}), B ({})',
    'SALE     OPEN   for all  on, OFF, OPEN (true)',
    '',
  ]);
  expect(await explained('LIMIT')).toBe('LIMIT: HIGH (100)');
  expect(await explained('SALE')).toBe('SALE: OPEN (true)');
});

test('list --json has the values of each flag', async () => {
  const { out } = await commandLine({ 'rules.json': VALUES }).run('list', '--json');

  expect(JSON.parse(out).flags[0]).toMatchObject({ variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 } });
});

test('control characters in the names of a document are escaped', async () => {
  const rules = CHECKOUT_RULES.replace('"SEARCH"', '"\\u001b[2J\\u202ESEARCH"');

  const { out } = await commandLine({ 'rules.json': rules }).run('list');

  expect(out).toContain('\\u001b[2J\\u202eSEARCH');
});

test('list prints all of 200,000 flags', async () => {
  const { code, out, err } = await commandLine({ 'rules.json': manyFlags(200_000) }).run('list');

  expect(out.slice(0, out.indexOf('\n'))).toBe('F0         on  for all  on');
  expect(out.split('\n')).toHaveLength(200_001);
  expect({ code, err }).toEqual({ code: 0, err: 'from rules.json\n' });
}, 60_000);

test('a reader that closes the pipe early, such as head, does not cause an error', async () => {
  const { folder } = commandLine({ 'rules.json': manyFlags(20_000) });

  const ended = await runCommand('sh', ['-c', `"${process.execPath}" "${CLI}" list | head -n 1; echo done`], folder);

  expect(ended).toEqual({ code: 0, out: 'F0        on  for all  on\ndone\n', err: 'from rules.json\n' });
});

test('a very long name does not make the lines long', async () => {
  const rules = CHECKOUT_RULES.replace('"SEARCH"', `"${'S'.repeat(100_000)}"`);

  const { out } = await commandLine({ 'rules.json': rules }).run('list');

  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(400);
});

test.each([
  // arguments                  with GATEKEEPER_REDIS  first line
  [['list'], false, 'from rules.json'],
  [['list', 'rules.json'], true, 'from rules.json'],
  [
    ['list'],
    true,
    'from rules.json; to read from Redis, add --redis <url> (GATEKEEPER_REDIS is not used by this command)',
  ],
  [['explain', 'SEARCH'], true, 'from rules.json; to read from Redis'],
])('the first line of %j names the document that it read', async (args, isRedisSet, firstLine) => {
  const environment = isRedisSet ? { GATEKEEPER_REDIS: 'redis://:secret@127.0.0.1:1' } : {};
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES }, environment);

  const { code, err } = await prompt.run(...args);
  const json = await prompt.run(...args, '--json');

  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(firstLine) });
  expect(JSON.parse(json.out)).toMatchObject({ ok: true, source: 'rules.json' });
  expect(json.err).toBe('');
});

test('if there is no file and GATEKEEPER_REDIS is set, the error says how to read Redis', async () => {
  const { code, err } = await commandLine({}, { GATEKEEPER_REDIS: 'redis://127.0.0.1:1' }).run('list');

  expect(err).toContain('The file "rules.json" does not exist; to read from Redis, add --redis <url>');
  expect(code).toBe(3);
});

function manyFlags(count: number): string {
  const flag = '{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}';
  return `{"flags":{${Array.from({ length: count }, (_, at) => `"F${at}":${flag}`).join(',')}}}`;
}
