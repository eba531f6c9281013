import { expect, test } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openStrictShop, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openStrictShop());
const ALLOW = 'Allow access to this site';

const layout = (tab: Tab): Promise<string | null> =>
  tab.page.$eval('[data-testid=products]', (products) => products.getAttribute('data-layout'));

async function signInAda(tab: Tab): Promise<void> {
  await tab.page.evaluate(() => document.querySelector<HTMLElement>('button[name=userId][value="1"]')?.click());
  await eventually(() => textOf(tab, 'signed-in-as').catch(() => undefined)).toBe('Ada');
}

inEachBrowser((browser, name) => {
  test('on a page that forbids all requests, Ada sees and overrides her flags; in Firefox only after she allows access', async () => {
    const tab = await browser().open(shop.url('strict'));
    await signInAda(tab);
    const popup = await tab.openDetachedPopup();
    if (name === 'firefox') {
      expect(await popup.alerts()).toEqual([expect.stringContaining("no connect-src 'self'")]);
      expect(await popup.rows()).toEqual([]);
      await popup.click(ALLOW);
      await browser().acceptPermission();
    }

    await eventually(() => popup.text('MY_NEW_FEATURE')).toContain('VISIBLE · user list');
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');

    await tab.reload();
    expect(await layout(tab)).toBe('LIST');
    const next = await tab.openPopup(); // needs no permission any more
    expect(await next.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    expect(await next.text('MY_NEW_FEATURE')).toContain('VISIBLE · user list');
  });

  if (name !== 'firefox') return; // only Firefox applies a page's policy to extensions, and only Firefox has containers

  test('in a container, where its request would have another session, the extension says so and sends none', async () => {
    const tab = await browser().open(shop.url('container'), { inContainer: true });

    const popup = await tab.openPopup();

    expect(await popup.alerts()).toEqual([expect.stringContaining('the request would not be part of your session')]);
    expect(await popup.buttons()).not.toContain(ALLOW);
    expect(shop.received('container').filter(({ path }) => path.endsWith('gatekeeper.json'))).toEqual([]);
  });
});
