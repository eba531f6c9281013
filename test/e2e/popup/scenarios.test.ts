import { expect, test } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn } from '../sites/shop.ts';
import { manifestText, sendsManifest, serveStubs } from '../sites/stub-sites.ts';

const shop = closeAfterFile(await openShop());
const MARKUP = '<img src=x onerror=alert(1)>';
const stubs = closeAfterFile(
  await serveStubs({
    hostile: {
      manifest: sendsManifest(
        manifestText({
          scenarios: [
            { name: MARKUP, description: '<script>alert(2)</script>', overrides: { CHECKOUT: 'WIZARD', GONE: 'ON' } },
            { name: 'Site’s choice', overrides: 'CHECKOUT' },
          ],
        }),
      ),
    },
    stored: { manifest: sendsManifest(manifestText()) },
  }),
);

/** The lines of the preview, one for each flag. */
const planned = (popup: Popup): Promise<readonly string[]> =>
  popup.evaluate(({ document }) =>
    Array.from(document.querySelectorAll('[data-change]'), ({ textContent }) => textContent ?? ''),
  );

const focused = (popup: Popup): Promise<string> =>
  popup.evaluate(({ document }) => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '');

/** The names of the listed scenarios, in order. */
const listed = (popup: Popup): Promise<readonly string[]> =>
  popup.evaluate(({ document }) =>
    Array.from(document.querySelectorAll('.scenario b'), ({ textContent }) => textContent ?? ''),
  );

inEachBrowser((browser) => {
  test('a scenario shows what it would change; one click applies it, and another one undoes it', async () => {
    const tab = await browser().open(shop.url('site'));
    const popup = await tab.openPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper');
    const before = await tab.cookies();

    await popup.click('Scenarios');
    await popup.click('New checkout 2 choices');
    expect(await planned(popup)).toEqual([
      'CHECKOUT_FLOW Site’s choice → WIZARD',
      'LOYALTY_PRICES Site’s choice → MEMBERS',
      'PRODUCT_LAYOUT LIST → Site’s choice',
    ]);
    expect(await tab.cookies()).toEqual(before);
    await popup.click('Add to yours');

    await eventually(() => popup.chosen('CHECKOUT_FLOW')).toBe('WIZARD');
    const written = async () => overridesIn(await tab.page.evaluate(() => document.cookie));
    await eventually(written).toEqual({ CHECKOUT_FLOW: 'WIZARD', LOYALTY_PRICES: 'MEMBERS', PRODUCT_LAYOUT: 'LIST' });
    expect(await focused(popup)).toBe('Reload page');
    await popup.click('Undo');
    await eventually(() => tab.cookies()).toEqual(before);
  });

  test('a scenario can replace all overrides', async () => {
    const tab = await browser().open(shop.url('replace'));
    const popup = await tab.openPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');

    await popup.click('Scenarios');
    await popup.click('New checkout 2 choices');
    await popup.click('Replace yours');

    await eventually(async () => overridesIn(await tab.page.evaluate(() => document.cookie))).toEqual({
      CHECKOUT_FLOW: 'WIZARD',
      LOYALTY_PRICES: 'MEMBERS',
    });
  });

  test('presets are saved for their site, and are there when the popup is opened again', async () => {
    const tab = await browser().open(shop.url('saved'));
    const popup = await tab.openDetachedPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');

    await popup.click('Scenarios');
    for (const name of ['One', 'Two']) {
      await popup.write('Name', name);
      await popup.click('Save current choices');
      await eventually(() => listed(popup)).toContain(name);
    }
    await popup.click('Two 1 choice');
    await popup.click('Move up');
    await eventually(async () => (await listed(popup)).slice(-2)).toEqual(['Two', 'One']); // the order has changed
    await popup.write('New name for Two', 'Zwei');
    await popup.click('Rename');
    await eventually(() => listed(popup)).toContain('Zwei');
    const again = await tab.openDetachedPopup();
    await again.click('Scenarios');

    await eventually(async () => (await listed(again)).slice(-2)).toEqual(['Zwei', 'One']);
    await again.click('One 1 choice');
    await again.click('Delete');
    await eventually(async () => (await listed(again)).slice(-1)).toEqual(['Zwei']);
    await again.click('Undo');
    await eventually(async () => (await listed(again)).slice(-2)).toEqual(['Zwei', 'One']);
    const other = await (await browser().open(shop.url('other-saved'))).openDetachedPopup();
    await other.click('Scenarios');
    expect(await listed(other)).not.toContain('One');
  });

  test('a hostile scenario is shown as text, and changes nothing before a click', async () => {
    const tab = await browser().open(stubs.url('hostile'));
    const popup = await tab.openPopup();

    await popup.click('Scenarios');
    await popup.click(`${MARKUP} 2 choices`);

    expect(await listed(popup)).toEqual([MARKUP]);
    expect(await popup.text()).toContain('<script>alert(2)</script>');
    expect(await planned(popup)).toEqual([
      'CHECKOUT Site’s choice → WIZARD',
      'GONE Ignored: the site does not know this flag.',
    ]);
    expect(await popup.evaluate(({ document }) => document.querySelectorAll('img, .view script').length)).toBe(0);
    expect(await tab.cookies()).toEqual({});
  });

  test('a hostile list of presets is shown as text where it is valid, and changes nothing before a click', async () => {
    const tab = await browser().open(stubs.url('stored'));
    const popup = await tab.openDetachedPopup();
    const key = `presets:${new URL(stubs.url('stored')).origin}`;
    const kept = JSON.stringify([{ name: MARKUP, overrides: { SEARCH: 'ON', X: '<b>', Y: 1 } }, null, { name: 7 }]);
    await popup.evaluate(({ chrome }, at, list) => chrome.storage.local.set({ [at]: JSON.parse(list) }), key, kept);

    await popup.click('Scenarios');
    await popup.click(`${MARKUP} 1 choice`);

    expect(await planned(popup)).toEqual(['SEARCH Site’s choice → ON']);
    expect(await popup.evaluate(({ document }) => document.querySelectorAll('img').length)).toBe(0);
    expect(await tab.cookies()).toEqual({});
  });
});
