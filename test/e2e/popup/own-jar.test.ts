import { expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());

inEachBrowser((browser, name) => {
  // Only Firefox has containers.
  if (name === 'firefox')
    test('a container has its own overrides, and the page is rendered with them', async () => {
      const ours = await browser().open(shop.url('jars'), { inContainer: true });
      const popup = await ours.openPopup();

      await popup.choose('MY_NEW_FEATURE', 'VISIBLE');
      await eventually(() => popup.text('MY_NEW_FEATURE')).toContain('your choice');
      await ours.reload();

      expect(await textOf(ours, 'my-new-feature')).toBeDefined();
      const others = await browser().open(shop.url('jars'));
      expect(overridesIn(await others.page.evaluate(() => document.cookie))).toBeUndefined();
      expect(await others.openPopup().then((other) => other.chosen('MY_NEW_FEATURE'))).toBe('');
    });

  test('the popup works in its own window as it does at the toolbar button', async () => {
    const tab = await browser().open(shop.url('window'));
    const popup = await tab.openDetachedPopup();

    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(async () => overridesIn(await tab.page.evaluate(() => document.cookie))).toEqual({
      PRODUCT_LAYOUT: 'LIST',
    });

    expect(await popup.buttons()).not.toContain('Open in a window');
  });

  test.each([360, 320])('in a window %i pixels wide, as on a phone, nothing is cut off', async (width) => {
    const popup = await (await browser().open(shop.url('narrow'))).openDetachedPopup();

    await popup.resize(width, 700);

    const overflowing = await popup.evaluate(({ document }) => {
      const { clientWidth } = document.documentElement;
      return Array.from(document.querySelectorAll<HTMLElement>('main, main *'))
        .filter(
          (part) => part.getBoundingClientRect().right > clientWidth + 1 && part.closest('.visually-hidden') === null,
        )
        .map(({ className, tagName }) => `${tagName}.${className}`);
    });
    expect(overflowing).toEqual([]);
  });

  test('from three thousand bytes on, the popup shows how full the cookie is, and if an override does not fit, what to clear', async () => {
    const tab = await browser().open(shop.url('full'));
    // Overrides of flags that no longer exist.
    const old = Object.fromEntries(Array.from({ length: 107 }, (_, at) => [`LONG_GONE_FLAG_${at}`, 'ON']));
    await tab.page.evaluate(
      (value) => {
        // biome-ignore lint/suspicious/noDocumentCookie: as an earlier visit left it
        document.cookie = `gatekeeper=${value}; path=/`;
      },
      encodeURIComponent(JSON.stringify(old)),
    );
    const popup = await tab.openPopup();
    await eventually(() => popup.text()).toMatch(/3\d\d\d of 4096 bytes/);

    await popup.choose('MY_NEW_FEATURE', 'VISIBLE');
    await eventually(() => popup.chosen('MY_NEW_FEATURE')).toBe('VISIBLE');
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await popup.choose('CHECKOUT_FLOW', 'WIZARD');
    await popup.choose('NEW_SEARCH', 'ON');
    await eventually(() => popup.alerts()).toEqual([expect.stringContaining('does not fit')]);
    const [clear = ''] = (await popup.buttons()).filter((button) => /^Clear [A-Z]/.test(button));
    expect(clear).toBe('Clear MY_NEW_FEATURE'); // the others may belong to another site on this host
    await popup.click(clear);

    await eventually(() => popup.alerts()).toEqual([]);
  });
});
