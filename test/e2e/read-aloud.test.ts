import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { openShop } from './sites/shop.ts';

const shop = forThisFile(await openShop());

inEachBrowser((browser, name) => {
  // Puppeteer reads the accessibility tree of Chromium only.
  if (name === 'chromium')
    test('a screen reader is told the site, the search, the filters, and each flag with its variants and the one chosen', async () => {
      const tab = await browser().open(shop.url('aloud'));
      const popup = await tab.openDetachedPopup();
      await popup.choose('PRODUCT_LAYOUT', 'LIST');

      await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('your override');
      const told = (await popup.readAloud()).filter((line) =>
        /^(heading|searchbox|button|group|radio|link) ./.test(line),
      );

      expect(told.slice(0, 10)).toEqual([
        'heading Demo shop',
        'button Pin this site',
        'button Keyboard',
        'button Settings',
        'searchbox Search flags',
        'button Scenarios',
        'button Share',
        'group Which flags',
        'button All 7 pressed',
        'button Overridden 1',
      ]);
      const row = told.indexOf('group PRODUCT_LAYOUT');
      expect(told.slice(row, row + 4)).toEqual([
        'group PRODUCT_LAYOUT',
        'radio No override',
        'radio GRID',
        'radio LIST checked',
      ]);
      const locked = told.indexOf('group PAYMENTS_KILL_SWITCH');
      expect(told.slice(locked)).toEqual([
        'group PAYMENTS_KILL_SWITCH',
        'radio No override checked disabled',
        'radio RUNNING disabled',
        'radio STOPPED disabled',
        'button Clear all overrides',
        'button Reload page',
      ]);
    });
});
