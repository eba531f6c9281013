import type { AxeResults } from 'axe-core';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import type { Popup } from './drivers/popup.ts';
import { eventually } from './eventually.ts';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { openStateSites, POPUP_STATES } from './popup-states.ts';

const sites = forThisFile(await openStateSites());

/** What axe has against the popup as it stands. */
async function violations(popup: Popup): Promise<readonly string[]> {
  const results = await popup.evaluate((window) =>
    (window as unknown as { readonly axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ failureSummary, target }) => `${id} ${target}: ${failureSummary}`),
  );
}

const isWide = (popup: Popup): Promise<boolean> =>
  popup.evaluate(({ document }) => document.documentElement.scrollWidth > document.documentElement.clientWidth);

inEachBrowser((browser) => {
  test.each(Object.keys(POPUP_STATES))(
    'nothing about "%s" keeps anybody out, by day or by night, nor is it wider than 360 pixels',
    async (state) => {
      const popup = await POPUP_STATES[state]?.(browser(), sites);
      if (popup === undefined) throw new Error(state);
      await popup.resize(400, 600);
      await popup.run(axe.source);

      await browser().preferColours('dark');
      const byNight = await violations(popup);
      await browser().preferColours('light');
      const byDay = await violations(popup);
      await popup.resize(360, 600);

      expect({ byDay, byNight }).toEqual({ byDay: [], byNight: [] });
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
