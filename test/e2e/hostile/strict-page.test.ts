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
  test('on a page that forbids all requests Ada sees her own flags, overrides one and sees it; in Firefox once she lets the extension in', async () => {
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
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your override');

    await tab.reload();
    expect(await layout(tab)).toBe('LIST');
    const next = await tab.openPopup(); // asks nothing any more
    expect(await next.text('PRODUCT_LAYOUT')).toContain('LIST · your override');
    expect(await next.text('MY_NEW_FEATURE')).toContain('VISIBLE · user list');
  });

  if (name !== 'firefox') return; // the only one that holds an extension to a page's policy, and that has containers

  test('in a container the extension would be asking as somebody else: it says so, and asks neither the person nor the site', async () => {
    const tab = await browser().open(shop.url('container'), { inContainer: true });

    const popup = await tab.openPopup();

    expect(await popup.alerts()).toEqual([expect.stringContaining('the request would not be part of your session')]);
    expect(await popup.buttons()).not.toContain(ALLOW);
    expect(shop.received('container').filter(({ path }) => path.endsWith('gatekeeper.json'))).toEqual([]);
  });
});
