import { expect, test } from 'vitest';
import { isWide, violations, violationsInAllColours } from '../axe.ts';
import { closeAfterFile, inEachBrowser, inTurns } from '../in-each-browser.ts';
import { openStateSites, POPUP_STATES } from '../popup/popup-states.ts';
import { OPTIONS_STATES } from './options-states.ts';

const sites = closeAfterFile(await openStateSites());

inEachBrowser((browser, name) => {
  test.each(inTurns(Object.keys(OPTIONS_STATES), name))(
    'the %s have no accessibility violations in any colours or at twice the size, and fit into a narrow window',
    async (state) => {
      const options = await OPTIONS_STATES[state]?.(browser());
      if (options === undefined) throw new Error(state);

      // a window of 1280 pixels at 200 %
      const found = await violationsInAllColours(browser(), options, { width: 640, height: 400 });
      await options.resize(320, 600);

      expect(found).toEqual({ light: [], dark: [], forced: [], '200 %': [] });
      expect(await isWide(options)).toBe(false);
    },
  );

  test('in right-to-left direction, neither the options nor the popup are wider than their window', async () => {
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
