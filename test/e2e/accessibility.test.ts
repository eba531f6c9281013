import { expect, test } from 'vitest';
import { isWide, violations } from './axe.ts';
import { eventually } from './eventually.ts';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { openStateSites, POPUP_STATES } from './popup-states.ts';

const sites = forThisFile(await openStateSites());

inEachBrowser((browser) => {
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
});
