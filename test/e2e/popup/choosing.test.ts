import { expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());

inEachBrowser((browser, name) => {
  test('a chosen variant is stored and sent, and the page shows it after "Reload page"', async () => {
    const tab = await browser().open(shop.url('choose'));
    expect(await textOf(tab, 'my-new-feature')).toBeUndefined();
    const popup = await tab.openPopup();

    await popup.choose('MY_NEW_FEATURE', 'VISIBLE');
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper', '%7B%22MY_NEW_FEATURE%22%3A%22VISIBLE%22%7D');
    await popup.click('Reload page');

    await eventually(() => textOf(tab, 'my-new-feature')).toContain('The lending room');
    const reload = shop.received('choose').findLast(({ path }) => path === '/');
    expect(overridesIn(reload?.cookie ?? '')).toEqual({ MY_NEW_FEATURE: 'VISIBLE' });
  });

  test('the popup shows at once how the server evaluates a choice', async () => {
    const tab = await browser().open(shop.url('says'));
    const popup = await tab.openPopup();
    expect(await popup.text('PRODUCT_LAYOUT')).toContain('GRID · default');

    await popup.choose('PRODUCT_LAYOUT', 'LIST');

    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    expect(await popup.chosen('PRODUCT_LAYOUT')).toBe('LIST');
    expect(await popup.alerts()).toEqual([]);
  });

  test('a flag that only the API evaluates can be overridden', async () => {
    const tab = await browser().open(shop.url('api'));
    await eventually(() => textOf(tab, 'search-engine')).toBe('exact search');
    const popup = await tab.openPopup();

    await popup.choose('NEW_SEARCH', 'ON');
    await eventually(() => popup.text('NEW_SEARCH')).toContain('ON · your choice');
    await tab.reload();

    await eventually(() => textOf(tab, 'search-engine')).toBe('typo-tolerant search');
  });

  test('after "Reload page", the popup closes in Firefox, where it loses its permission, and stays open in Chromium', async () => {
    const tab = await browser().open(shop.url('reload'));
    const popup = await tab.openPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => tab.badge()).toBe('1');

    await popup.click('Reload page');
    await eventually(() => tab.page.$eval('[data-testid=products]', (list) => list.getAttribute('data-layout'))).toBe(
      'LIST',
    );
    if (name === 'firefox') await eventually(() => popup.isOpen()).toBe(false);
    const again = name === 'firefox' ? await tab.openPopup() : popup;

    expect(await again.chosen('PRODUCT_LAYOUT')).toBe('LIST');
    await again.choose('PRODUCT_LAYOUT', 'GRID');
    await eventually(() => again.text('PRODUCT_LAYOUT')).toContain('GRID · your choice');
  });

  test('the toolbar button shows the number of overrides', async () => {
    const tab = await browser().open(shop.url('badge'));
    const popup = await tab.openPopup();
    await eventually(() => tab.badge()).toBe('');

    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => tab.badge()).toBe('1');
    await popup.choose('NEW_SEARCH', 'ON');
    await eventually(() => tab.badge()).toBe('2');
    await popup.choose('PRODUCT_LAYOUT', '');
    await eventually(() => tab.badge()).toBe('1');
    await popup.click('Clear all choices');
    await eventually(() => tab.badge()).toBe('');
  });

  test('a choice that is reverted while it is being written is not stored', async () => {
    const tab = await browser().open(shop.url('taken-back'));
    const popup = await tab.openPopup();
    await tab.page.evaluate(() => {
      const held = new Promise((release) => addEventListener('release', release));
      void navigator.locks.request('gatekeeper', () => held);
    });

    await popup.choose('LOYALTY_PRICES', 'MEMBERS');
    await popup.search('prices'); // renders again, from a cookie without the choice
    await popup.choose('LOYALTY_PRICES', '');
    await popup.search('');
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await tab.page.evaluate(() => dispatchEvent(new Event('release')));

    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper', '%7B%22PRODUCT_LAYOUT%22%3A%22LIST%22%7D');
  });
});
