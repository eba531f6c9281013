import { expect, onTestFinished, test, vi } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { textIn, visitor } from './visitor.ts';

test.each([
  // user  my new feature
  [1, true],
  [2, true],
  [3, false],
])('the user list shows the new feature to user %i: %s', async (userId, visible) => {
  const someone = visitor(createShop());

  await someone.signIn(userId);
  const home = await someone.get('/');

  expect(textIn(home, 'my-new-feature') !== undefined).toBe(visible);
});

test('a visitor who has not signed in does not see the new feature', async () => {
  const home = await visitor(createShop()).get('/');

  expect(textIn(home, 'my-new-feature')).toBeUndefined();
});

test('in development an override cookie shows the variant it names', async () => {
  const home = await visitor(createShop(), { MY_NEW_FEATURE: 'VISIBLE', PRODUCT_LAYOUT: 'LIST' }).get('/');

  expect(textIn(home, 'my-new-feature')).toBe('New');
  expect(home.text).toContain('data-layout="LIST"');
});

test('a browser’s override wins over the user list', async () => {
  const ada = visitor(createShop(), { MY_NEW_FEATURE: 'NOT_VISIBLE' });

  await ada.signIn(1);
  const home = await ada.get('/');

  expect(textIn(home, 'my-new-feature')).toBeUndefined();
});

test.each([
  // hour  greeting
  [4, undefined],
  [5, 'Good morning.'],
  [12, undefined],
  [17, 'Good evening.'],
])('at %i o’clock the welcome banner says %s', async (hour, greeting) => {
  const home = await visitor(createShop({ hour: () => hour })).get('/');

  expect(textIn(home, 'welcome-banner')).toBe(greeting);
});

test('members see members’ prices, all others the regular price', async () => {
  const grace = visitor(createShop());

  const before = await grace.get('/lamps/halo');
  await grace.signIn(2);
  const after = await grace.get('/lamps/halo');

  expect(before.text).toContain('<strong>€129.00</strong>');
  expect(after.text).toContain('<strong class="members">€110.00</strong>');
});

test('the buyer sees margins, and the manifest does not list their flag', async () => {
  const alan = visitor(createShop());

  await alan.signIn(3);
  const lamp = await alan.get('/lamps/halo');
  const manifest = await alan.get('/.well-known/gatekeeper.json');

  expect(textIn(lamp, 'margin')).toBe('58%');
  expect(manifest.text).not.toContain('INTERNAL_MARGINS');
});

test('the manifest is evaluated for the user who is signed in', async () => {
  const grace = visitor(createShop());

  await grace.signIn(2);
  const { body } = await grace.get('/.well-known/gatekeeper.json');

  expect(body.app).toBe('Demo shop');
  expect(body.flags).toContainEqual(expect.objectContaining({ name: 'LOYALTY_PRICES', current: 'MEMBERS' }));
});

test('"Behind the scenes" shows each flag with its source and reason', async () => {
  const ada = visitor(createShop(), { CHECKOUT_FLOW: 'WIZARD' });

  await ada.signIn(1);
  const page = await ada.get('/flags');

  expect(textIn(page, 'variant-CHECKOUT_FLOW')).toBe('WIZARD');
  expect(textIn(page, 'source-CHECKOUT_FLOW')).toBe('override');
  expect(textIn(page, 'source-MY_NEW_FEATURE')).toBe('user');
  expect(textIn(page, 'reason-MY_NEW_FEATURE')).toBe('TARGETING_MATCH');
});

test('in production the response is the same with an override cookie as without one', async () => {
  const shop = productionShop();

  const plain = await visitor(shop).get('/');
  const overridden = await visitor(shop, { MY_NEW_FEATURE: 'VISIBLE' }).get('/');

  expect(overridden.text).toBe(plain.text);
  expect(headersOf(overridden)).toEqual(headersOf(plain));
});

test('in production the response at the manifest’s path is the shop’s own 404', async () => {
  const someone = visitor(productionShop());

  const manifest = await someone.get('/.well-known/gatekeeper.json');
  const nowhere = await someone.get('/.well-known/nothing.json');

  expect(manifest.status).toBe(404);
  expect(manifest.text.replaceAll('gatekeeper.json', 'nothing.json')).toBe(nowhere.text);
});

test.each([
  // user  new feature
  [1, false],
  [2, true],
])(
  'where the policy lets only Ada override, an override for user %i leaves the feature visible: %s',
  async (userId, visible) => {
    const shop = productionShop({ allowOverrides: (req) => req.session?.userId === 1 });
    const someone = visitor(shop, { MY_NEW_FEATURE: 'NOT_VISIBLE' });

    await someone.signIn(userId);
    const home = await someone.get('/');
    const manifest = await someone.get('/.well-known/gatekeeper.json');

    expect(textIn(home, 'my-new-feature') !== undefined).toBe(visible);
    expect(manifest.status).toBe(visible ? 404 : 200);
  },
);

function productionShop(options: Parameters<typeof createShop>[0] = {}) {
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return createShop({ hour: () => 14, ...options });
}

function headersOf({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const { date: _date, ...rest } = headers;
  return rest;
}
