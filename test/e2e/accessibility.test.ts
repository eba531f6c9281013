import { expect, test } from 'vitest';
import { isWide, violations } from './axe.ts';
import { eventually } from './eventually.ts';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { openStateSites, POPUP_STATES } from './popup-states.ts';

const sites = forThisFile(await openStateSites());

inEachBrowser((browser, name) => {
  test.each(Object.keys(POPUP_STATES))(
    'nothing about "%s" keeps anybody out, in any colours or at twice the size, nor is it wider than 360 pixels',
    async (state) => {
      const popup = await POPUP_STATES[state]?.(browser(), sites);
      if (popup === undefined) throw new Error(state);
      const found: Record<string, readonly string[]> = {};
      await popup.resize(400, 600);

      for (const scheme of ['dark', 'forced', 'light'] as const) {
        await browser().preferColours(scheme);
        found[scheme] = await violations(popup);
      }
      await popup.resize(400, 300); // 200 % of the most that a browser gives a popup, 800 pixels by 600
      found['200 %'] = await violations(popup);
      await popup.resize(360, 600);

      expect(found).toEqual({ dark: [], forced: [], light: [], '200 %': [] });
      expect(await isWide(popup)).toBe(false);
    },
  );

  test('all of the popup is in sight, however low the screen is: what is longer scrolls within it', async () => {
    const tab = await browser().open(sites.shop.url('low'));
    const popup = await tab.openPopup();

    const heights = () =>
      popup.evaluate(({ document, innerHeight }) => ({
        beyond: document.documentElement.scrollHeight - innerHeight,
        hidden: Math.round((document.querySelector('footer')?.getBoundingClientRect().bottom ?? 0) - innerHeight),
      }));

    await eventually(heights).toEqual({ beyond: 0, hidden: 0 });
  });

  // Puppeteer reads the accessibility tree of Chromium only.
  if (name === 'chromium')
    test('a screen reader is told the site, the search, the filters, and each flag with its variants and the one chosen', async () => {
      const tab = await browser().open(sites.shop.url('aloud'));
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
