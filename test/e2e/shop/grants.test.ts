import { expect, test } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser, inTurns } from '../in-each-browser.ts';
import { openGrantingShop } from '../sites/production-shop.ts';
import { openShop, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openGrantingShop());
const developmentShop = await openShop();

async function signIn(tab: Tab, userId: string, name: string): Promise<void> {
  await tab.page.evaluate(
    (id) => document.querySelector<HTMLElement>(`button[name=userId][value="${id}"]`)?.click(),
    userId,
  );
  await eventually(() => textOf(tab, 'signed-in-as').catch(() => undefined)).toContain(name);
}

/** The flags in the document's `Server-Timing`, as a script of the page reads them. */
function flagsInServerTiming(tab: Tab): Promise<readonly string[]> {
  return tab.page.evaluate(() => {
    const entries = performance.getEntries().filter((entry) => 'serverTiming' in entry);
    return (entries as PerformanceResourceTiming[]).flatMap(({ serverTiming }) =>
      serverTiming.filter(({ name }) => name.startsWith('gk')).map(({ name, description }) => `${name} ${description}`),
    );
  });
}

inEachBrowser((browser, name) => {
  test('in production Ada requests permission, overrides a flag, sees the variant, and returns the permission', async () => {
    const tab = await browser().open(shop.url);
    await signIn(tab, '1', 'Ada');
    const popup = await tab.openPopup();
    await eventually(() => popup.text()).toContain('Choosing variants needs permission on this site.');

    await popup.click('Ask for permission');
    await eventually(() => popup.text()).toContain('Your permission ends in 8 h 0 min.');
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    await tab.reload();
    const list = () => tab.page.$eval('[data-testid=products]', (products) => products.getAttribute('data-layout'));
    expect(await list()).toBe('LIST');
    expect(await flagsInServerTiming(tab)).toContain('gk.PRODUCT_LAYOUT LIST override');

    const again = await tab.openPopup();
    await again.click('Give it back');
    await eventually(() => again.text()).toContain('Choosing variants needs permission on this site.');
    expect(await tab.cookies()).not.toHaveProperty('__Host-gatekeeper');
    await tab.reload();
    expect(await list()).toBe('GRID');
    expect(await flagsInServerTiming(tab)).toEqual([]);
  });

  test.each(inTurns(['/'], name))(
    'in production Ada watches a site: the server lists the flags of %s without a choice',
    async (path) => {
      const tab = await browser().open(shop.url);
      await signIn(tab, '1', 'Ada');
      const popup = await tab.openPopup();
      await popup.click('Ask for permission');
      await eventually(() => popup.text()).toContain('Your permission ends in');
      expect(await flagsInServerTiming(tab)).toEqual([]);

      await popup.clickOn('[data-action=filter-page]');
      await popup.click('Watch this site');
      await eventually(() => popup.text()).toContain('You watch this site');
      await tab.goto(new URL(path, shop.url).href);
      expect(await flagsInServerTiming(tab)).toContain('gk.PRODUCT_LAYOUT GRID default');

      const again = await tab.openPopup();
      await again.click('Stop watching');
      await eventually(() => tab.cookies()).not.toHaveProperty('__Host-gatekeeper');
      await tab.reload();
      expect(await flagsInServerTiming(tab)).toEqual([]);
      await again.close();
      const last = await tab.openPopup();
      await last.click('Give it back');
      await eventually(() => last.text()).toContain('Choosing variants needs permission on this site.');
    },
  );

  test('in production Grace gets no manifest and cannot request permission', async () => {
    const tab = await browser().open(shop.url);
    await signIn(tab, '2', 'Grace');

    const popup = await tab.openPopup();

    expect((await popup.statuses()).join()).toContain('This site offers no flags');
    expect(await popup.buttons()).not.toContain('Ask for permission');
  });

  test('the page can read the flags that its document and its API calls used', async () => {
    const tab = await browser().open(developmentShop.url('timing'));

    await eventually(() => textOf(tab, 'search-engine')).toBe('exact search');

    await eventually(() => flagsInServerTiming(tab)).toContain('gk.NEW_SEARCH OFF default');
    expect(await flagsInServerTiming(tab)).toContain('gk.PRODUCT_LAYOUT GRID default');
  });
});
