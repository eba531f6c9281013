// checkout.spec.ts
import { expect, test } from 'gatekeeper-flags/playwright';
import { eachVariant } from 'gatekeeper-flags/testing';
import { flags } from './flags.js';

const TITLES = { CLASSIC: 'Three steps', ONE_PAGE: 'One page' };

for (const CHECKOUT of eachVariant(flags, 'CHECKOUT')) {
  test.describe(`the checkout with ${CHECKOUT}`, () => {
    test.use({ flags: { CHECKOUT } });

    test('has its title', async ({ page }) => {
      const response = await page.goto('/checkout');

      expect(response).toHaveUsed('CHECKOUT', CHECKOUT);
      await expect(page.getByRole('heading')).toHaveText(TITLES[CHECKOUT]);
    });
  });
}
