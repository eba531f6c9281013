// All tests but the last fail, and test/package/testing.test.ts reads why.
import { expect, test } from 'gatekeeper-flags/playwright';

test('another variant', async ({ page }) => {
  expect(await page.goto('/checkout')).toHaveUsed('CHECKOUT', 'ONE_PAGE');
});

test('another flag', async ({ page }) => {
  expect(await page.request.get('/checkout')).toHaveUsed('CHEKCOUT', 'ONE_PAGE');
});

test('no flag', async ({ page }) => {
  expect(await page.goto('/missing')).toHaveUsed('CHECKOUT', 'ONE_PAGE');
});

test('no response', async ({ page }) => {
  expect(page.url()).toHaveUsed('CHECKOUT', 'ONE_PAGE');
});

test('used after all', async ({ page }) => {
  expect(await page.goto('/checkout')).not.toHaveUsed('CHECKOUT', 'CLASSIC');
});

test.describe(() => {
  // @ts-expect-error CHECKOUT has no variant ONEPAGE
  test.use({ flags: { CHECKOUT: 'ONEPAGE' } });

  test('a misspelt variant', async ({ page }) => {
    await page.goto('/checkout');
  });
});

const nowhere = test.extend({ baseURL: async ({ browserName: _name }, use) => use(undefined) });
nowhere.describe(() => {
  nowhere.use({ flags: { CHECKOUT: 'ONE_PAGE' } });

  nowhere('no address', async ({ page }) => {
    await page.goto('about:blank');
  });
});

test.describe(() => {
  test.use({ flags: { CHECKOUT: 'ONE_PAGE' }, baseURL: 'http://localhost/shop/start' });

  test('the cookie is for one host and every path', async ({ context }) => {
    const [cookie] = await context.cookies();

    expect({ domain: cookie?.domain, path: cookie?.path, sameSite: cookie?.sameSite }).toEqual({
      domain: 'localhost',
      path: '/',
      sameSite: 'Lax',
    });
  });
});
