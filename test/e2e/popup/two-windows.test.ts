import { expect, test } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());

// Each window edits its own flags, so that the result does not depend on their order. Both share one cookie.
const LEFT: readonly Edit[] = [
  ['MY_NEW_FEATURE', 'VISIBLE'],
  ['NEW_SEARCH', 'ON'],
  ['MY_NEW_FEATURE', 'NOT_VISIBLE'],
  ['WELCOME_BANNER', 'MORNING'],
  ['NEW_SEARCH', ''],
  ['WELCOME_BANNER', 'HIDDEN'],
  ['NEW_SEARCH', 'OFF'],
  ['MY_NEW_FEATURE', ''],
];
const RIGHT: readonly Edit[] = [
  ['CHECKOUT_FLOW', 'WIZARD'],
  ['LOYALTY_PRICES', 'MEMBERS'],
  ['CHECKOUT_FLOW', 'ONE_PAGE'],
  ['PRODUCT_LAYOUT', 'LIST'],
  ['LOYALTY_PRICES', ''],
  ['CHECKOUT_FLOW', ''],
  ['PRODUCT_LAYOUT', 'GRID'],
  ['CHECKOUT_FLOW', 'CLASSIC'],
];
type Edit = readonly [flag: string, variant: string];

/** The cookie's overrides after these edits, in any order. */
function overridesAfter(...edits: readonly Edit[]): Record<string, string> {
  const last = new Map(edits);
  return Object.fromEntries([...last].filter(([, variant]) => variant !== ''));
}

/** Chooses a variant, and repeats the click if it missed: the other window's edits may move the rows. */
async function chooseReliably(popup: Popup, flag: string, variant: string): Promise<void> {
  const chosen = async (): Promise<string | undefined> => {
    await popup.choose(flag, variant);
    return popup.chosen(flag);
  };
  await eventually(chosen).toBe(variant);
}

inEachBrowser((browser) => {
  test('when two windows edit one site at the same time, no edit is lost', async () => {
    const left = await browser().open(shop.url('both'));
    const leftPopup = await left.openDetachedPopup();
    const right = await browser().open(shop.url('both'), { inNewWindow: true });
    const rightPopup = await right.openPopup();

    await Promise.all([
      (async () => {
        for (const [flag, variant] of LEFT) await chooseReliably(leftPopup, flag, variant);
      })(),
      (async () => {
        for (const [flag, variant] of RIGHT) await chooseReliably(rightPopup, flag, variant);
      })(),
    ]);

    const cookie = async (): Promise<unknown> => overridesIn(await right.page.evaluate(() => document.cookie));
    await eventually(cookie).toEqual(overridesAfter(...LEFT, ...RIGHT));
    for (const popup of [leftPopup, rightPopup]) {
      const choices = () => Promise.all(['NEW_SEARCH', 'CHECKOUT_FLOW'].map((flag) => popup.chosen(flag)));
      await eventually(choices).toEqual(['OFF', 'CLASSIC']);
      expect(await popup.alerts()).toEqual([]);
    }
  });

  test('each window shows what the other has chosen', async () => {
    const left = await browser().open(shop.url('other'));
    const leftPopup = await left.openDetachedPopup();
    const right = await browser().open(shop.url('other'), { inNewWindow: true });
    const rightPopup = await right.openPopup();

    await leftPopup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => rightPopup.chosen('PRODUCT_LAYOUT')).toBe('LIST');
    await rightPopup.choose('PRODUCT_LAYOUT', 'GRID');
    await eventually(() => leftPopup.chosen('PRODUCT_LAYOUT')).toBe('GRID');
    await leftPopup.click('Clear all choices');
    await eventually(() => rightPopup.chosen('PRODUCT_LAYOUT')).toBe('');
  });

  test('the popup shows changes that the page itself makes to the cookie', async () => {
    const tab = await browser().open(shop.url('page'));
    const popup = await tab.openPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');

    await tab.page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the page's own script
      document.cookie = 'gatekeeper=; max-age=0; path=/';
    });

    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('');
  });
});
