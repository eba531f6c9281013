import { expect, test } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());

inEachBrowser((browser) => {
  test('flags that the page used are first, then the manifest’s order applies; a hidden flag is not listed', async () => {
    const tab = await browser().open(shop.url('list', '/lamps/halo'));

    const popup = await tab.openPopup();

    expect(await popup.rows()).toEqual([
      'LOYALTY_PRICES', // decides the price of a lamp
      'MY_NEW_FEATURE',
      'CHECKOUT_FLOW',
      'NEW_SEARCH',
      'PAYMENTS_KILL_SWITCH',
      'WELCOME_BANNER',
      'PRODUCT_LAYOUT',
    ]);
    expect(await popup.text()).not.toContain('INTERNAL_MARGINS');
    expect(await popup.text()).toContain(new URL(shop.url('list')).host);
  });

  test('a locked flag is marked, and all of its radios are disabled', async () => {
    const tab = await browser().open(shop.url('locked'));

    const popup = await tab.openPopup();

    expect(await popup.text('PAYMENTS_KILL_SWITCH')).toContain('locked');
    expect(await popup.radioStates('PAYMENTS_KILL_SWITCH')).toEqual([
      { variant: '', checked: true, disabled: true },
      { variant: 'RUNNING', checked: false, disabled: true },
      { variant: 'STOPPED', checked: false, disabled: true },
    ]);
  });

  test('a search finds flags by name, description, tag, owner or variant', async () => {
    const tab = await browser().open(shop.url('search'));
    const popup = await tab.openPopup();

    for (const [text, found] of [
      ['layout', ['PRODUCT_LAYOUT']],
      ['typing errors', ['NEW_SEARCH']],
      ['operations', ['PAYMENTS_KILL_SWITCH']],
      ['pricing-team', ['LOYALTY_PRICES']],
      ['wizard', ['CHECKOUT_FLOW']],
    ] as const) {
      await popup.search(text);
      await eventually(() => popup.rows()).toEqual(found);
    }
  });

  test('a search without results shows a status, and clearing it shows all flags again', async () => {
    const tab = await browser().open(shop.url('no-results'));
    const popup = await tab.openPopup();

    await popup.search('no such thing');
    await eventually(() => popup.statuses()).toContainEqual(
      expect.stringContaining('No flag matches “no such thing”.'),
    );
    await popup.search('');

    await eventually(() => popup.rows()).toHaveLength(7);
  });

  test('a checkout follows a changed override from page to page, and keeps the entered values', async () => {
    const tab = await browser().open(shop.url('checkout', '/lamps/halo'));
    await tab.page.click('form[action="/cart/add"] button');
    await eventually(() => pathOf(tab)).toBe('/cart');
    await override(tab, 'WIZARD');

    await tab.goto(shop.url('checkout', '/checkout'));
    await eventually(() => heading(tab)).toBe('Where to?');
    for (const field of ['name', 'street', 'city']) await tab.page.type(`[name=${field}]`, `Ada’s ${field}`);
    await tab.page.click('main form button');
    await eventually(() => heading(tab)).toBe('How soon?');
    await override(tab, 'ONE_PAGE');
    await tab.goto(shop.url('checkout', '/checkout'));

    await eventually(() => heading(tab)).toBe('Checkout');
    expect(await tab.page.$eval('[name=street]', (field) => (field as HTMLInputElement).value)).toBe('Ada’s street');
  });
});

/** Chooses a checkout in the popup. */
async function override(tab: Tab, variant: string): Promise<void> {
  const popup = await tab.openPopup();
  await popup.choose('CHECKOUT_FLOW', variant);
  await eventually(() => popup.text('CHECKOUT_FLOW')).toContain(`${variant} · your choice`);
  await popup.close();
}

const pathOf = async (tab: Tab): Promise<string> => new URL(tab.page.url()).pathname;

const heading = (tab: Tab): Promise<string | undefined> =>
  tab.page.evaluate(() => document.querySelector('h1')?.textContent?.trim());
