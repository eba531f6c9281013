import { expect, test } from 'vitest';
import type { Popup } from './drivers/popup.ts';
import { eventually } from './eventually.ts';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { openShop, overridesIn } from './sites/shop.ts';

const shop = forThisFile(await openShop());

/** What the next key goes to: a radio as `FLAG=VARIANT`, a field or button by its name, nothing else. */
function focused(popup: Popup): Promise<string> {
  return popup.evaluate(({ document }) => {
    const element = document.querySelector<HTMLInputElement>('input:focus, button:focus');
    if (element?.type === 'radio')
      return `${element.closest<HTMLElement>('[data-flag]')?.dataset.flag}=${element.value}`;
    return element?.ariaLabel ?? element?.textContent ?? '';
  });
}

inEachBrowser((browser) => {
  test('"/" focuses the search, and is typed where one types already', async () => {
    const popup = await (await browser().open(shop.url('slash'))).openDetachedPopup();

    await popup.press('/');
    expect(await focused(popup)).toBe('Search flags');
    expect(await popup.evaluate(({ document }) => document.querySelector('input')?.value)).toBe('');
    await popup.press('/');

    expect(await popup.evaluate(({ document }) => document.querySelector('input')?.value)).toBe('/');
  });

  test('Tab goes from the search through every flag that can be overridden to the buttons, and back', async () => {
    const popup = await (await browser().open(shop.url('tab'))).openDetachedPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.buttons()).toContain('Clear all overrides');
    await popup.press('/');

    const stops: string[] = [];
    while (stops.at(-1) !== 'Reload page' && stops.length < 30) {
      await popup.press('Tab');
      stops.push(await focused(popup));
    }

    expect(stops.filter((stop) => stop !== '')).toEqual([
      'MY_NEW_FEATURE=',
      'CHECKOUT_FLOW=',
      'NEW_SEARCH=',
      'WELCOME_BANNER=',
      'LOYALTY_PRICES=',
      'PRODUCT_LAYOUT=LIST',
      'Clear all overrides',
      'Reload page',
    ]);
    await popup.press('Shift+Tab');
    expect(await focused(popup)).toBe('Clear all overrides');
  });

  test('the arrow keys choose among the variants, and the focus stays where it is while the popup reads anew', async () => {
    const tab = await browser().open(shop.url('arrows'));
    const popup = await tab.openDetachedPopup();
    await popup.press('/');
    while ((await focused(popup)) !== 'PRODUCT_LAYOUT=') await popup.press('Tab');

    await popup.press('ArrowRight');
    await popup.press('ArrowRight');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your override');

    expect(await focused(popup)).toBe('PRODUCT_LAYOUT=LIST');
    expect(overridesIn(await tab.page.evaluate(() => document.cookie))).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    await popup.press('Tab');
    expect(await focused(popup)).toBe('Clear all overrides');
    await popup.press('Enter');
    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('');
  });
});
