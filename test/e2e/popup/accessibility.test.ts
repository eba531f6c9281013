import { expect, test } from 'vitest';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';
import { isWide, violationsInAllColours } from '../axe.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser, inTurns } from '../in-each-browser.ts';
import { openStateSites, POPUP_STATES } from './popup-states.ts';

const sites = closeAfterFile(await openStateSites());

// Together, these states show every part and every colour of the popup. The other states have the same parts.
const REPRESENTATIVES = [
  'flags',
  'proposal',
  'scenarios',
  'sharing',
  'open on a phone',
  'view as',
  'simulated',
  'page from a cache',
  'values',
  'does not fit',
];
const STATES = IS_DEEP ? Object.keys(POPUP_STATES) : REPRESENTATIVES;

inEachBrowser((browser, name) => {
  test.each(inTurns(STATES, name))(
    'the state "%s" has no accessibility violations in any colours or at twice the size, and fits into 360 pixels',
    async (state) => {
      const popup = await POPUP_STATES[state]?.(browser(), sites);
      if (popup === undefined) throw new Error(state);
      await popup.resize(400, 600);

      // the maximum size of a popup, 800 by 600 pixels, at 200 %
      const found = await violationsInAllColours(browser(), popup, { width: 400, height: 300 });
      await popup.resize(360, 600);

      expect(found).toEqual({ light: [], dark: [], forced: [], '200 %': [] });
      expect(await isWide(popup)).toBe(false);
    },
  );

  test('on a low screen the popup fits into its window, and long content scrolls inside it', async () => {
    const tab = await browser().open(sites.shop.url('low'));
    const popup = await tab.openPopup();

    const heights = () =>
      popup.evaluate(({ document, innerHeight }) => ({
        beyond: document.documentElement.scrollHeight - innerHeight,
        hidden: Math.round((document.querySelector('footer')?.getBoundingClientRect().bottom ?? 0) - innerHeight),
      }));

    await eventually(heights).toEqual({ beyond: 0, hidden: 0 });
  });

  // Puppeteer can read the accessibility tree only in Chromium.
  if (name === 'chromium')
    test('the accessibility tree has the site, the search, the filters, and each flag with its variants and the chosen one', async () => {
      const tab = await browser().open(sites.shop.url('aloud'));
      const popup = await tab.openDetachedPopup();
      await popup.choose('PRODUCT_LAYOUT', 'LIST');

      await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('your choice');
      const lines = (await popup.accessibilityTree()).filter((line) =>
        /^(heading|searchbox|button|group|radio|link) ./.test(line),
      );

      expect(lines.slice(0, 11)).toEqual([
        'heading Demo shop',
        'button Pin this site',
        'button Keyboard',
        'button Settings',
        'searchbox Search flags',
        'button View as',
        'button Scenarios',
        'button Share',
        'group Filter flags',
        'button All 7 pressed',
        'button Your choices 1',
      ]);
      const row = lines.indexOf('group PRODUCT_LAYOUT');
      expect(lines.slice(row, row + 4)).toEqual([
        'group PRODUCT_LAYOUT',
        'radio Site’s choice',
        'radio GRID',
        'radio LIST checked',
      ]);
      const locked = lines.indexOf('group PAYMENTS_KILL_SWITCH');
      expect(lines.slice(locked)).toEqual([
        'group PAYMENTS_KILL_SWITCH',
        'radio Site’s choice checked disabled',
        'radio RUNNING disabled',
        'radio STOPPED disabled',
        'button Clear all choices',
        'button Reload page',
      ]);
    });
});
