import { expect, test } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());

/** The element with the focus: a radio as `FLAG=VARIANT`, a field or button by its name. */
function focused(popup: Popup): Promise<string> {
  return popup.evaluate(({ document }) => {
    const element = document.querySelector<HTMLInputElement>('input:focus, button:focus');
    if (element?.type === 'radio')
      return `${element.closest<HTMLElement>('[data-flag]')?.dataset.flag}=${element.value}`;
    return element?.ariaLabel ?? element?.textContent ?? '';
  });
}

inEachBrowser((browser) => {
  test('"/" focuses the search, and types a slash in a field', async () => {
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
    await eventually(() => popup.buttons()).toContain('Clear all choices');
    await popup.press('/');

    const stops: string[] = [];
    while (stops.at(-1) !== 'Reload page' && stops.length < 30) {
      await popup.press('Tab');
      stops.push(await focused(popup));
    }

    expect(stops.filter((stop) => stop !== '')).toEqual([
      'View as',
      'Scenarios',
      'Share',
      'All 7',
      'Your choices 1',
      'On this page 5',
      ...['MY_NEW_FEATURE=', 'Compare the variants of MY_NEW_FEATURE'],
      ...['NEW_SEARCH=', 'Compare the variants of NEW_SEARCH'],
      ...['WELCOME_BANNER=', 'Compare the variants of WELCOME_BANNER'],
      ...['LOYALTY_PRICES=', 'Compare the variants of LOYALTY_PRICES'],
      ...['PRODUCT_LAYOUT=LIST', 'Compare the variants of PRODUCT_LAYOUT'],
      ...['CHECKOUT_FLOW=', 'Compare the variants of CHECKOUT_FLOW'], // the opened page does not evaluate it
      'Clear all choices',
      'Reload page',
    ]);
    await popup.press('Shift+Tab');
    expect(await focused(popup)).toBe('Clear all choices');
  });

  test('the arrow keys choose a variant, and the focus does not move while the popup reads the page again', async () => {
    const tab = await browser().open(shop.url('arrows'));
    const popup = await tab.openDetachedPopup();
    await popup.press('/');
    while ((await focused(popup)) !== 'PRODUCT_LAYOUT=') await popup.press('Tab');

    await popup.press('ArrowRight');
    await popup.press('ArrowRight');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');

    expect(await focused(popup)).toBe('PRODUCT_LAYOUT=LIST');
    expect(overridesIn(await tab.page.evaluate(() => document.cookie))).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    while ((await focused(popup)) !== 'Clear all choices') await popup.press('Tab');
    await popup.press('Enter');
    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('');
  });

  test('in “View as”, a user simulates a user, a country and a switch, stops all of it, and returns', async () => {
    const tab = await browser().open(shop.url('view-as'));
    const popup = await tab.openDetachedPopup();
    const element = () =>
      popup.evaluate(({ document }) => document.activeElement?.id || document.activeElement?.textContent);
    const tabTo = async (wanted: string) => {
      for (let stops = 0; (await element()) !== wanted; stops++) {
        if (stops > 30) throw new Error(`Tab does not reach ${wanted}`);
        await popup.press('Tab');
      }
    };
    const written = async () => overridesIn(await tab.page.evaluate(() => document.cookie));
    await popup.press('/');
    await popup.press('Tab');
    await popup.press('Enter');
    await eventually(element).toBe('View as');

    await tabTo('@user');
    for (const key of ['4', '2', 'Enter'] as const) await popup.press(key);
    await eventually(written).toEqual({ '@user': '42' });
    await tabTo('@country');
    await popup.press('ArrowDown');
    await eventually(written).toEqual({ '@user': '42', '@country': 'NL' });
    await tabTo('@staff');
    await popup.press(' ');
    await eventually(written).toEqual({ '@user': '42', '@country': 'NL', '@staff': 'true' });
    await tabTo('Stop');
    await popup.press('Enter');

    await eventually(() => tab.cookies()).not.toHaveProperty('gatekeeper');
    expect(await element()).toBe('View as');
    await popup.press('Escape');
    await eventually(() => focused(popup)).toBe('View as');
  });

  test('arrows move from flag to flag, digits choose a variant, and 0 removes the override', async () => {
    const tab = await browser().open(shop.url('digits'));
    const popup = await tab.openDetachedPopup();
    const cookie = async () => overridesIn(await tab.page.evaluate(() => document.cookie));

    for (const key of ['ArrowDown', 'ArrowDown', '1'] as const) await popup.press(key);
    await eventually(cookie).toEqual({ NEW_SEARCH: 'ON' });
    await popup.press('2');
    await eventually(cookie).toEqual({ NEW_SEARCH: 'OFF' });
    await popup.press('0');
    await eventually(cookie).toBeUndefined();

    await popup.press('ArrowUp');
    await popup.press('ArrowUp');
    expect(await focused(popup)).toBe('Search flags');
  });

  test('"]" reloads the page with the next variant, and variants seen this way stay marked, also in the next popup', async () => {
    const tab = await browser().open(shop.url('walk'));
    const popup = await tab.openDetachedPopup();
    await popup.search('product_layout');
    await popup.press('ArrowDown');

    await popup.press(']');
    await eventually(() =>
      tab.page.evaluate(() => document.querySelector('[data-layout]')?.getAttribute('data-layout')),
    ).toBe('LIST');

    const next = await tab.openPopup();
    expect(await next.text('PRODUCT_LAYOUT')).toContain('GRID seen LIST seen');
  });

  test('"?" lists the keys; Escape returns to the flags, and clears a search', async () => {
    const popup = await (await browser().open(shop.url('help'))).openDetachedPopup();

    await popup.press('?');
    await eventually(() => popup.text()).toContain('Reload with the previous or next variant');
    await popup.press('Escape');
    await eventually(() => popup.rows()).toHaveLength(7);
    await popup.search('layout');
    await eventually(() => popup.rows()).toHaveLength(1);
    await popup.press('/');
    await popup.press('Escape');
    await eventually(() => popup.rows()).toHaveLength(7);
  });
});
