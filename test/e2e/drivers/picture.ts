import type { Page } from 'puppeteer-core';

/**
 * A picture of a page, as PNG. The page is brought to the front first and has drawn a frame there: of one behind another
 * the browser may draw none, and a picture waits for the next frame for ever.
 */
export async function pictureOf(page: Page): Promise<Uint8Array> {
  await page.bringToFront();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return page.screenshot();
}
