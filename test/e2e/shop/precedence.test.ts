import { expect, test } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());
const ADA = '1';

async function signIn(tab: Tab, userId: string, name: string): Promise<void> {
  await tab.page.click(`button[name=userId][value="${userId}"]`);
  await eventually(() => textOf(tab, 'signed-in-as')).toBe(name);
}

const lastVisit = (site: string): unknown =>
  overridesIn(shop.received(site).findLast(({ path }) => path === '/')?.cookie ?? '');

inEachBrowser((browser) => {
  test('the popup shows the user list’s variant for the signed-in user, whose session cookie is HttpOnly', async () => {
    const tab = await browser().open(shop.url('ada'));
    const before = await tab.openPopup();
    expect(await before.text('MY_NEW_FEATURE')).toContain('NOT_VISIBLE · default');
    await before.close();

    await signIn(tab, ADA, 'Ada');
    const popup = await tab.openPopup();

    expect(await popup.text('MY_NEW_FEATURE')).toMatch(/(?<!NOT_)VISIBLE · user list/);
    expect(await popup.chosen('MY_NEW_FEATURE')).toBe('');
  });

  test('a browser’s override wins over the user list, and "Site’s choice" restores the list’s variant', async () => {
    const tab = await browser().open(shop.url('beats'));
    await signIn(tab, ADA, 'Ada');
    expect(await textOf(tab, 'my-new-feature')).toContain('The lending room');
    const popup = await tab.openPopup();

    await popup.choose('MY_NEW_FEATURE', 'NOT_VISIBLE');
    await eventually(() => popup.text('MY_NEW_FEATURE')).toContain('NOT_VISIBLE · your choice');
    await popup.close();
    await tab.reload();
    expect(await textOf(tab, 'my-new-feature')).toBeUndefined();

    const again = await tab.openPopup();
    expect(await again.text('MY_NEW_FEATURE')).toContain('VISIBLE without');
    await again.choose('MY_NEW_FEATURE', '');
    await eventually(() => again.text('MY_NEW_FEATURE')).toContain('VISIBLE · user list');
    await again.close();
    await tab.reload();
    expect(await textOf(tab, 'my-new-feature')).toContain('The lending room');
    expect(lastVisit('beats')).toBeUndefined();
  });

  test('"Clear all choices" deletes the cookie at once, and "Undo" restores the overrides', async () => {
    const tab = await browser().open(shop.url('clear'));
    const popup = await tab.openPopup();
    await popup.choose('MY_NEW_FEATURE', 'VISIBLE');
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text()).toContain('2 choices');

    await popup.click('Clear all choices');
    await eventually(() => tab.cookies()).not.toHaveProperty('gatekeeper');
    await eventually(() => popup.statuses()).toContainEqual(expect.stringContaining('2 choices cleared.'));
    expect(await popup.chosen('PRODUCT_LAYOUT')).toBe('');
    await popup.click('Undo');

    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('LIST');
    await eventually(() => popup.text('MY_NEW_FEATURE')).toContain('VISIBLE · your choice');
    await tab.reload();
    expect(lastVisit('clear')).toEqual({ MY_NEW_FEATURE: 'VISIBLE', PRODUCT_LAYOUT: 'LIST' });
  });

  test('"Undo" keeps a choice that was made after clearing', async () => {
    const tab = await browser().open(shop.url('undo'));
    const popup = await tab.openPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await popup.choose('NEW_SEARCH', 'ON');
    await popup.click('Clear all choices');
    await eventually(() => popup.buttons()).toContain('Undo');

    await tab.page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: as another window would write it
      document.cookie = 'gatekeeper=%7B%22PRODUCT_LAYOUT%22%3A%22GRID%22%7D; path=/';
    });
    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('GRID');
    await popup.click('Undo');

    await eventually(() => popup.chosen('NEW_SEARCH')).toBe('ON');
    expect(await popup.chosen('PRODUCT_LAYOUT')).toBe('GRID');
  });
});
