import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { openRules } from '../../examples/shop/rules.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { ruleText, shopWithRules } from './rules-shop.ts';
import { textIn, visitor } from './visitor.ts';

test('a document that is saved as text is in force, to the letter', async () => {
  const { shop, rules } = await shopWithRules();
  const text = ruleText('PRODUCT_LAYOUT', { GRID: 'GRID', LIST: 'LIST' }, 'LIST');

  const saved = await visitor(shop).post('/rollouts', { document: text.replaceAll('\n', '\r\n') });
  const home = await visitor(shop).get('/');

  expect(saved.status).toBe(303);
  expect(readFileSync(rules.file, 'utf8')).toBe(text);
  expect(home.text).toContain('data-layout="LIST"');
});

test.each([
  // document                           what is said of it
  ['', 'The rules document is refused'],
  ['{ "flags": {', 'line 1, column 13'],
  ['"</textarea><script>alert(1)</script>"', '&lt;/textarea&gt;&lt;script&gt;'],
])('the document %j is refused with a word about it, shown as text, and nothing is changed', async (document, said) => {
  const { shop, rules } = await shopWithRules();
  const before = readFileSync(rules.file, 'utf8');

  const page = await visitor(shop).post('/rollouts', { document });

  expect(page.status).toBe(422);
  expect(page.text).toContain(said);
  expect(page.text).not.toMatch(/<img|<script>/);
  expect(textIn(page, 'rules-problem')).toContain('Nothing was changed.');
  expect(readFileSync(rules.file, 'utf8')).toBe(before);
});

test.each([
  // document                                               what is said of it
  ['{ "flags": { "NEW_SEARCH": { "state": "ON" } } }', 'Flag &quot;NEW_SEARCH&quot;: its rule is left out'],
  ['{ "flags": { "<img src=x>": 1 } }', 'Flag &quot;&lt;img src=x&gt;&quot;: its rule is left out'],
])('the document %j is taken, and the flag whose rule is left out is named', async (document, said) => {
  const { shop } = await shopWithRules();
  const someone = visitor(shop);

  const saved = await someone.post('/rollouts', { document });
  const page = await someone.get('/rollouts');

  expect(saved.status).toBe(303);
  expect(textIn(page, 'rules-notices')).toContain(said);
  expect(page.text).not.toMatch(/<img/);
});

test('what a valid document says of flags and variants that the code does not have is named', async () => {
  const { shop } = await shopWithRules();
  const someone = visitor(shop);

  await someone.post('/rollouts', { document: ruleText('LAVA_LAMPS<i>', { ON: 'ON' }, 'ON') });
  const page = await someone.get('/rollouts');

  expect(textIn(page, 'rules-notices')).toBe('Flag &quot;LAVA_LAMPS&lt;i&gt;&quot;: the code has no such flag');
});

test('a rule that was written by hand keeps its targeting when the kill switch is thrown', async () => {
  const { shop, rules } = await shopWithRules();
  const someone = visitor(shop);
  await someone.post('/rollouts', { document: ruleText('NEW_SEARCH', { ON: 'ON', OFF: 'OFF' }, 'ON') });

  const page = await someone.get('/rollouts');
  await someone.post('/rollouts/NEW_SEARCH', { off: 'on' });

  expect(page.text).toContain('This rule is not a simple percentage');
  expect(JSON.parse(rules.text())).toEqual({
    flags: { NEW_SEARCH: { state: 'DISABLED', variants: { ON: 'ON', OFF: 'OFF' }, defaultVariant: 'ON' } },
  });
});

test('a file that is broken by hand is told of, and the last good document can be put back', async () => {
  const { shop, rules } = await shopWithRules();
  const someone = visitor(shop);
  await someone.post('/rollouts/PRODUCT_LAYOUT', { percentage: '100' });
  await someone.signIn(2);

  writeFileSync(`${rules.file}.new`, '{ "flags": {');
  renameSync(`${rules.file}.new`, rules.file);
  await vi.waitFor(
    async () => expect(textIn(await someone.get('/rollouts'), 'rules-trouble')).toContain('column 13'),
    5_000,
  );
  const home = await someone.get('/');
  await someone.post('/rollouts', { document: rules.text() });
  await vi.waitFor(async () => expect(textIn(await someone.get('/rollouts'), 'rules-trouble')).toBeUndefined(), 5_000);

  expect(home.text).toContain('data-layout="LIST"');
});

test('a rules file of the operator’s own is followed, and stays where it is when the shop closes', async () => {
  const file = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(file, ruleText('PRODUCT_LAYOUT', { GRID: 'GRID', LIST: 'LIST' }, 'LIST'));
  const rules = await openRules(file);

  const home = await visitor(createShop({ rules })).get('/');
  await rules.close();

  expect(home.text).toContain('data-layout="LIST"');
  expect(existsSync(file)).toBe(true);
});

test('a rules file that does not exist yet is made by the first change', async () => {
  const file = path.join(folderForThisTest(), 'rules.json');
  const rules = await openRules(file);
  onTestFinished(() => rules.close());
  const someone = visitor(createShop({ rules }));

  const before = await someone.get('/rollouts');
  await someone.post('/rollouts/NEW_SEARCH', { percentage: '30' });

  expect(textIn(before, 'rules-trouble')).toContain('does not exist');
  expect(JSON.parse(readFileSync(file, 'utf8')).flags.NEW_SEARCH).toEqual({
    state: 'ENABLED',
    variants: { ON: 'ON', OFF: 'OFF' },
    targeting: {
      fractional: [
        ['ON', 30],
        [null, 70],
      ],
    },
  });
});

test('a shop says where it is in one breath; told to close it ends, and leaves no copy of its rules behind', async () => {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    shop.kill('SIGKILL');
  });
  const said = String(await once(shop.stdout, 'data'));
  shop.stdout.destroy(); // who has read the address may leave
  const file = /Its rules: (.*)/.exec(said)?.[1] ?? '';
  const isThere = existsSync(file);

  shop.kill('SIGTERM');
  const [code] = await once(shop, 'exit');

  expect({ code, isThere, isLeft: existsSync(path.dirname(file)) }).toEqual({ code: 0, isThere: true, isLeft: false });
}, 30_000);
