import { expect, test } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop } from '../sites/shop.ts';
import { serveStubs } from '../sites/stub-sites.ts';

const shop = closeAfterFile(await openShop());
const elsewhere = closeAfterFile(await serveStubs({ elsewhere: {}, let: {} }));

/** Stops the popup's timer, which checks every second whether its page has changed. */
function stopChecking(popup: Popup): Promise<void> {
  return popup.evaluate((window) => {
    for (let timer = 0; timer < 1_000; timer++) window.clearInterval(timer);
  });
}

/** Chooses by script. The mouse would bring the popup's window to the front, and the popup would check its page again. */
function chooseByScript(popup: Popup, flag: string, variant: string): Promise<void> {
  return popup.evaluate(
    ({ document }, name, value) =>
      document.querySelector<HTMLInputElement>(`[data-flag="${name}"] input[value="${value}"]`)?.click(),
    flag,
    variant,
  );
}

inEachBrowser((browser) => {
  test('a choice after the tab went to another origin is not written, and the popup says so', async () => {
    const tab = await browser().open(shop.url('left'));
    const popup = await tab.openDetachedPopup();
    await stopChecking(popup);

    await tab.goto(elsewhere.url('elsewhere'));
    await chooseByScript(popup, 'PRODUCT_LAYOUT', 'LIST');

    await eventually(() => popup.alerts()).toEqual([expect.stringContaining('blocks extensions on this page')]);
    expect(await tab.cookies()).toEqual({});
    await tab.goto(shop.url('left'));
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
  });

  test('such a choice is not written even if the extension has access to the other origin', async () => {
    const tab = await browser().open(shop.url('stayed'));
    const popup = await tab.openDetachedPopup();
    await stopChecking(popup);

    await tab.goto(elsewhere.url('let'));
    await (await tab.openPopup()).close();
    await chooseByScript(popup, 'PRODUCT_LAYOUT', 'LIST');

    await eventually(() => popup.alerts()).toEqual([
      expect.stringContaining('The page changed The tab has loaded another page. Nothing was written.'),
    ]);
    expect(await tab.cookies()).toEqual({});
    await tab.goto(shop.url('stayed'));
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
  });

  test('a popup detects without a click that its tab went to another origin', async () => {
    const tab = await browser().open(shop.url('notices'));
    const popup = await tab.openDetachedPopup();
    expect(await popup.rows()).toContain('PRODUCT_LAYOUT');

    await tab.goto(elsewhere.url('elsewhere'));

    await eventually(() => popup.statuses()).toEqual([expect.stringContaining('blocks extensions on this page')]);
    expect(await popup.rows()).toEqual([]);
  });
});
