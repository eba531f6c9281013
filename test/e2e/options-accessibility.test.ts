import { expect, test } from 'vitest';
import { isWide, violations } from './axe.ts';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { OPTIONS_STATES } from './options-states.ts';
import { openStateSites, POPUP_STATES } from './popup-states.ts';

const sites = forThisFile(await openStateSites());

inEachBrowser((browser) => {
  test.each(Object.keys(OPTIONS_STATES))(
    'nothing about the %s keeps anybody out, in any colours, at twice the size or in a narrow window',
    async (state) => {
      const options = await OPTIONS_STATES[state]?.(browser());
      if (options === undefined) throw new Error(state);
      const found: Record<string, readonly string[]> = {};

      for (const scheme of ['dark', 'forced', 'light'] as const) {
        await browser().preferColours(scheme);
        found[scheme] = await violations(options);
      }
      await options.resize(640, 400); // 200 % of a window of 1280 pixels
      found['200 %'] = await violations(options);
      await options.resize(320, 600);

      expect(found).toEqual({ dark: [], forced: [], light: [], '200 %': [] });
      expect(await isWide(options)).toBe(false);
    },
  );

  test('written from right to left, neither the options nor the popup grow wider than their window', async () => {
    const options = await OPTIONS_STATES['options in use']?.(browser());
    const popup = await POPUP_STATES.flags?.(browser(), sites);
    for (const page of [options, popup]) {
      await page?.resize(360, 600);
      await page?.evaluate(({ document }) => {
        document.documentElement.dir = 'rtl';
      });

      expect(page && (await isWide(page))).toBe(false);
      expect(page && (await violations(page))).toEqual([]);
    }
  });
});
