import type { Page } from 'puppeteer-core';
import type { BrowserDriver, ColourScheme } from '../drivers/browser-driver.ts';
import { startDevTools } from '../drivers/devtools.ts';
import { pictureOf } from '../drivers/view.ts';
import { OPTIONS_STATES } from '../options/options-states.ts';
import { POPUP_STATES, type StateSites } from '../popup/popup-states.ts';

/** The browser and the sites for the pictures. */
interface Stage {
  readonly browser: BrowserDriver;
  readonly sites: StateSites;
}

type Take = (stage: Stage) => Promise<Uint8Array>;

/** The pictures for the stores, 1280 by 800 each. */
export const STORE_PICTURES: Readonly<Record<string, Take>> = {
  'popup-light': popupOver('flags', 'light'),
  'popup-dark': popupOver('flags', 'dark'),
  proposal: popupOver('proposal', 'light'),
  'page-from-a-cache': popupOver('page from a cache', 'light'),
  options: takeOptions,
  panel: takePanel,
};

const SIZE = { width: 1_280, height: 800 };

/** The popup in one of its states, over the page and below its button, as a browser shows it. */
function popupOver(state: keyof typeof POPUP_STATES, scheme: ColourScheme): Take {
  return async ({ browser, sites }) => {
    await browser.preferColours(scheme);
    const { page } = await browser.open(sites.shop.url(''));
    await page.deleteCookie(...(await page.cookies())); // of the previous picture, so that the user is signed out
    const popup = await POPUP_STATES[state]?.(browser, sites);
    if (popup === undefined) throw new Error(`the popup has no state "${state}"`);
    const shown = await popup.evaluate(({ document }) => document.querySelector('main')?.dataset.state);
    if (shown !== 'ready') throw new Error(`the popup must show flags for "${state}"; its state is "${shown}"`);
    await popup.resize(400, 600);
    await popup.resize(
      400,
      await popup.evaluate(({ document }) => document.querySelector('main')?.offsetHeight ?? 600),
    );
    const inFront = await popup.picture();
    await page.goto(sites.shop.url('')); // as the user that the popup shows
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport(SIZE);
    const behind = await pictureOf(page);
    return composed(
      page,
      behind,
      inFront,
      'top: 12px; right: 32px; width: 400px; border-radius: 12px; box-shadow: 0 12px 48px #0006',
    );
  };
}

/** The options page, as wide as a window. */
async function takeOptions({ browser }: Stage): Promise<Uint8Array> {
  await browser.preferColours('light');
  const options = await OPTIONS_STATES['options in use']?.(browser);
  if (options === undefined) throw new Error('the options have no state "options in use"');
  await options.resize(SIZE.width, SIZE.height, 1);
  return options.picture();
}

/** The developer tools beside the shop, after a reload and a search. */
async function takePanel({ sites }: Stage): Promise<Uint8Array> {
  const chromium = await startDevTools();
  try {
    const url = sites.shop.url('');
    const { page, tools, panel, reloadUntilListed } = await chromium.open(url);
    await tools.setViewport(SIZE);
    await reloadUntilListed();
    await page.evaluate(() => fetch('/api/search?q=lamp').then((response) => response.text()));
    await chromium.letAllow(new URL(url).origin);
    await panel.locator('[data-evaluated=MY_NEW_FEATURE]').click();
    await panel.locator('aside button.primary').click();
    await panel.locator('aside input[value=VISIBLE]').click();
    await panel.locator('aside button.primary ::-p-text(Reload page)').click();
    await panel.waitForSelector('.mine');
    await panel.waitForSelector('aside[aria-busy=false] input:checked'); // it has read the new page
    await panel.waitForSelector('.navigation ~ .navigation ~ .request ~ .request'); // the page and its requests
    const left = (await (await tools.$('iframe[src$="panel.html"]'))?.boundingBox())?.x ?? SIZE.width;
    const behind = await pictureOf(tools);
    // In another tab, because the developer tools show the viewport's size over an inspected page.
    const beside = await chromium.browser.newPage();
    await beside.setViewport({ width: Math.floor(left) - 1, height: SIZE.height });
    await beside.goto(url);
    return await composed(beside, behind, await pictureOf(beside), 'top: 0; left: 0');
  } finally {
    await chromium.close();
  }
}

/** One picture placed over another. */
async function composed(page: Page, behind: Uint8Array, inFront: Uint8Array, style: string): Promise<Uint8Array> {
  const image = (bytes: Uint8Array, css: string) =>
    `<img alt="" style="position: fixed; ${css}" src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}">`;
  await page.goto('about:blank');
  await page.setViewport(SIZE);
  await page.setContent(`${image(behind, 'inset: 0')}${image(inFront, style)}`);
  return pictureOf(page);
}
