import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { openRules } from '../../examples/shop/rules.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { ruleText, shopWithRules } from './rules-shop.ts';
import { textIn, visitor } from './visitor.ts';

test('a document that is saved as text applies and is stored unchanged', async () => {
  const { shop, rules } = await shopWithRules();
  const text = ruleText('PRODUCT_LAYOUT', { GRID: 'GRID', LIST: 'LIST' }, 'LIST');

  const saved = await visitor(shop).post('/rollouts', { document: text.replaceAll('\n', '\r\n') });
  const home = await visitor(shop).get('/');

  expect(saved.status).toBe(303);
  expect(readFileSync(rules.file, 'utf8')).toBe(text);
  expect(home.text).toContain('data-layout="LIST"');
});

test.each([
  // document                           error
  ['', 'The rules document is refused'],
  ['{ "flags": {', 'line 1, column 13'],
  ['"</textarea><script>alert(1)</script>"', '&lt;/textarea&gt;&lt;script&gt;'],
])('the document %j is refused with an error, shown as text, and nothing is changed', async (document, error) => {
  const { shop, rules } = await shopWithRules();
  const before = readFileSync(rules.file, 'utf8');

  const page = await visitor(shop).post('/rollouts', { document });

  expect(page.status).toBe(422);
  expect(page.text).toContain(error);
  expect(page.text).not.toMatch(/<img|<script>/);
  expect(textIn(page, 'rules-problem')).toContain('Nothing was changed.');
  expect(readFileSync(rules.file, 'utf8')).toBe(before);
});

test.each([
  // document                                               warning
  ['{ "flags": { "NEW_SEARCH": { "state": "ON" } } }', 'Flag &quot;NEW_SEARCH&quot;: its rule is left out'],
  ['{ "flags": { "<img src=x>": 1 } }', 'Flag &quot;&lt;img src=x&gt;&quot;: its rule is left out'],
])('the document %j is accepted, and the page names the flag whose rule is left out', async (document, warning) => {
  const { shop } = await shopWithRules();
  const someone = visitor(shop);

  const saved = await someone.post('/rollouts', { document });
  const page = await someone.get('/rollouts');

  expect(saved.status).toBe(303);
  expect(textIn(page, 'rules-notices')).toContain(warning);
  expect(page.text).not.toMatch(/<img/);
});

test('the page names flags of a valid document that the code does not have', async () => {
  const { shop } = await shopWithRules();
  const someone = visitor(shop);

  await someone.post('/rollouts', { document: ruleText('LAVA_LAMPS<i>', { ON: 'ON' }, 'ON') });
  const page = await someone.get('/rollouts');

  expect(textIn(page, 'rules-notices')).toBe('Flag &quot;LAVA_LAMPS&lt;i&gt;&quot;: the code has no such flag');
});

test('a rules document changes the members’ discount, and saving a rollout keeps it', async () => {
  const { shop, rules } = await shopWithRules();
  const grace = visitor(shop);
  await grace.signIn(2);
  const before = await grace.get('/lamps/halo');

  await grace.post('/rollouts', { document: rules.text().replace('"MEMBERS": 15', '"MEMBERS": 40') });
  await grace.post('/rollouts/LOYALTY_PRICES', { percentage: '5' });
  const after = await grace.get('/lamps/halo');

  expect(before.text).toContain('<strong class="members">€110.00</strong>');
  expect(after.text).toContain('<strong class="members">€77.00</strong>');
  expect(textIn(await grace.get('/flags'), 'value-LOYALTY_PRICES')).toBe('value 40');
});

test('a rule that was written by hand is kept when the kill switch is turned on', async () => {
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

test('the page shows the error of an invalid rules file, and the last good document can be saved again', async () => {
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

test('the shop uses the operator’s own rules file, and does not delete it when the shop closes', async () => {
  const file = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(file, ruleText('PRODUCT_LAYOUT', { GRID: 'GRID', LIST: 'LIST' }, 'LIST'));
  const rules = await openRules(file);

  const home = await visitor(createShop({ rules })).get('/');
  await rules.close();

  expect(home.text).toContain('data-layout="LIST"');
  expect(existsSync(file)).toBe(true);
});

test('the first change creates a rules file that does not exist yet', async () => {
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

test('with NETWORK=1, a shop prints its addresses in the network, where its manifest names the override page', async () => {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'development', NETWORK: '1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    shop.kill('SIGKILL');
  });
  const output = String(await once(shop.stdout, 'data'));
  const port = /localhost:(\d+)/.exec(output)?.[1];
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const others = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal);

  const headers = { host: 'ada-laptop.local:3000' };
  const [response] = await once(
    get({ host: '127.0.0.1', port, path: '/.well-known/gatekeeper.json', headers }),
    'response',
  );
  const manifest = JSON.parse(await textOf(response));

  expect(manifest).toMatchObject({ overrides: { state: 'enabled' }, page: '/gatekeeper' });
  expect(output.match(/In your network: .*/g) ?? []).toEqual(
    others.map(({ address }) => `In your network: http://${address}:${port}`),
  );
}, 30_000);

test('a shop prints its URL in one write, ends at SIGTERM, and deletes its copy of the rules', async () => {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    shop.kill('SIGKILL');
  });
  const output = String(await once(shop.stdout, 'data'));
  shop.stdout.destroy(); // a reader may close the pipe after it has read the URL
  const file = /Its rules: (.*)/.exec(output)?.[1] ?? '';
  const isThere = existsSync(file);

  shop.kill('SIGTERM');
  const [code] = await once(shop, 'exit');

  expect({ code, isThere, isLeft: existsSync(path.dirname(file)) }).toEqual({ code: 0, isThere: true, isLeft: false });
}, 30_000);
