import { readFileSync } from 'node:fs';
import request from 'supertest';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { shopWithRules } from './rules-shop.ts';
import { textIn, visitor } from './visitor.ts';

const GRACE = 2;

test('with the shop’s default rules, every flag has the same variant as without rules', async () => {
  const { shop } = await shopWithRules();

  for (const userId of [undefined, 1, 2, 3]) {
    const [ruled, plain] = [visitor(shop), visitor(createShop({ hour: () => 14 }))];
    if (userId !== undefined) for (const user of [ruled, plain]) await user.signIn(userId);
    const pages = [await ruled.get('/flags'), await plain.get('/flags')].map(
      ({ text }) => /<ul class="flags">[\s\S]*<\/ul>/.exec(text)?.[0],
    );

    expect(pages[0]).toContain('source-NEW_SEARCH');
    expect(pages[0]).toBe(pages[1]);
  }
});

test('from the next request on, a saved rollout applies to the users below its percentage', async () => {
  const { shop } = await shopWithRules();
  const grace = visitor(shop);
  await grace.signIn(GRACE);

  const saved = await grace.post('/rollouts/PRODUCT_LAYOUT', { percentage: '12' }); // her bucket is the twelfth of a hundred
  const home = await grace.get('/');
  const page = await grace.get('/flags');
  await grace.post('/rollouts/PRODUCT_LAYOUT', { percentage: '11' });
  const after = await grace.get('/');

  expect([saved.status, saved.headers.location]).toEqual([303, '/rollouts#PRODUCT_LAYOUT']);
  expect(home.text).toContain('data-layout="LIST"');
  expect(textIn(page, 'source-PRODUCT_LAYOUT')).toBe('rule');
  expect(textIn(page, 'reason-PRODUCT_LAYOUT')).toBe('SPLIT');
  expect(after.text).toContain('data-layout="GRID"');
});

test('a rollout includes visitors who are not signed in: each keeps the variant, and more get it as it grows', async () => {
  const { shop } = await shopWithRules();
  const [operator, ...others] = Array.from({ length: 21 }, () => visitor(shop));
  const layouts = async () =>
    Promise.all(others.map(async (one) => /data-layout="(\w+)"/.exec((await one.get('/')).text)?.[1]));
  const before = await others[0]?.get('/');

  await operator?.post('/rollouts/PRODUCT_LAYOUT', { percentage: '50' });
  const half = await layouts();
  const again = await layouts();
  await operator?.post('/rollouts/PRODUCT_LAYOUT', { percentage: '80' });
  const more = await layouts();
  await operator?.post('/rollouts/PRODUCT_LAYOUT', { percentage: '100' });
  const all = await layouts();
  const page = await others[0]?.get('/flags');

  expect(String(before?.headers['set-cookie'])).not.toContain('gk-visitor'); // at 0 % nobody needs an id
  expect(again).toEqual(half);
  expect(half.flatMap((layout, at) => (layout === 'LIST' ? (more[at] ?? '') : []))).toEqual(
    half.flatMap((layout) => (layout === 'LIST' ? 'LIST' : [])),
  );
  expect(all).toEqual(others.map(() => 'LIST'));
  expect(textIn(page ?? { text: '' }, 'visitor-PRODUCT_LAYOUT')).toBe('for this browser');
});

test('with the kill switch on, the flag has its default, whatever the code decides; off, the code decides again', async () => {
  const { shop } = await shopWithRules({ hour: () => 18 });
  const someone = visitor(shop);

  await someone.post('/rollouts/WELCOME_BANNER', { percentage: '0', off: 'on' });
  const off = await someone.get('/');
  const why = await someone.get('/flags');
  await someone.post('/rollouts/WELCOME_BANNER', { percentage: '0' });
  const on = await someone.get('/');

  expect(textIn(off, 'welcome-banner')).toBeUndefined();
  expect(textIn(why, 'reason-WELCOME_BANNER')).toBe('DISABLED');
  expect(textIn(on, 'welcome-banner')).toBe('Good evening.');
});

test.each(['', '101', '-1', '12.5', '1e1', '0x10', '١٢', 'half', '<b>'])(
  'the percentage "%s" is refused with an error at its field, and changes nothing',
  async (percentage) => {
    const { shop, rules } = await shopWithRules();
    const before = readFileSync(rules.file, 'utf8');

    const page = await visitor(shop).post('/rollouts/NEW_SEARCH', { percentage });

    expect(page.status).toBe(422);
    expect(page.text).toContain('id="problem-NEW_SEARCH"');
    expect(page.text).not.toContain('id="problem-PRODUCT_LAYOUT"');
    expect(page.text).not.toContain('<b>');
    expect(readFileSync(rules.file, 'utf8')).toBe(before);
  },
);

test.each(['INTERNAL_MARGINS', 'NO_SUCH_FLAG', '__proto__', 'constructor'])(
  'the shop has no rollout of %s',
  async (flag) => {
    const { shop, rules } = await shopWithRules();
    const before = readFileSync(rules.file, 'utf8');

    const page = await visitor(shop).post(`/rollouts/${flag}`, { percentage: '50' });

    expect(page.status).toBe(404);
    expect(readFileSync(rules.file, 'utf8')).toBe(before);
  },
);

test('of changes at the same time, none is lost', async () => {
  const { shop, rules } = await shopWithRules();

  await Promise.all(
    ['NEW_SEARCH', 'PRODUCT_LAYOUT', 'CHECKOUT_FLOW'].map((flag) =>
      visitor(shop).post(`/rollouts/${flag}`, { percentage: '50' }),
    ),
  );

  expect(rules.text().match(/, 50\]/g)).toHaveLength(6); // for each flag, the half of the variant and that of the code
});

test('in production the rollouts page and its form do not exist', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { shop, rules } = await shopWithRules();
  const before = readFileSync(rules.file, 'utf8');

  const page = await visitor(shop).get('/rollouts');
  const nowhere = await visitor(shop).get('/nothing!');
  const saved = await visitor(shop).post('/rollouts/NEW_SEARCH', { percentage: '100' });
  const flags = await visitor(shop).get('/flags');

  expect(page.status).toBe(404);
  expect(page.text.replaceAll('/rollouts', '/nothing!')).toBe(nowhere.text);
  expect(saved.status).toBe(404);
  expect(flags.text).not.toContain('/rollouts');
  expect(readFileSync(rules.file, 'utf8')).toBe(before);
});

test('another site cannot change a rollout', async () => {
  const { shop, rules } = await shopWithRules();
  const before = readFileSync(rules.file, 'utf8');

  const response = await request(shop)
    .post('/rollouts/NEW_SEARCH')
    .set('Origin', 'https://elsewhere.example')
    .type('form')
    .send({ percentage: '100' });

  expect(response.status).toBe(403);
  expect(readFileSync(rules.file, 'utf8')).toBe(before);
});

test('a shop without rules has no rollouts page', async () => {
  const page = await visitor(createShop()).get('/rollouts');

  expect(page.status).toBe(404);
});
