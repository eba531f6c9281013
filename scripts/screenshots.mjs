// `npm run screenshots`: the README's pictures of the popup, over the demo shop, in the real browser.

import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { findBrowser } from './lib/browsers.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { closeAtEnd, end, endOnSignals } from './lib/ending.mjs';
import { wantedPort } from './lib/port.mjs';
import { inRoot } from './lib/root.mjs';
import { startShop } from './lib/shop.mjs';

endOnSignals();
await ensureBuilt();
const shop = await startShop(wantedPort());
const browser = await puppeteer.launch({
  executablePath: findBrowser('chromium')?.program ?? 'chromium',
  pipe: true, // enableExtensions wants it
  enableExtensions: true,
  args: ['--no-sandbox'],
});
closeAtEnd(() => browser.close());
const popup = await openPopup(shop.url);
await popup.locator('[data-flag="MY_NEW_FEATURE"] input[value="VISIBLE"]').click();

mkdirSync(inRoot('docs/pictures'), { recursive: true });
for (const scheme of ['light', 'dark']) {
  await popup.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await sleep(300); // transitions
  await popup.screenshot({ path: inRoot(`docs/pictures/popup-${scheme}.png`) });
  console.log(`docs/pictures/popup-${scheme}.png`);
}
await end(0);

/** The popup in a tab of its own, which can be given a size, acting for a tab that shows `url`. */
async function openPopup(url) {
  const id = await browser.installExtension(inRoot('dist/chrome'));
  const page = await browser.newPage();
  await page.goto(url);
  const opened = browser.waitForTarget((target) => target.url().includes('popup.html'));
  await page.triggerExtensionAction(await extension(id)); // a click: it grants activeTab
  const real = await (await opened).asPage();
  const tab = await real.evaluate('chrome.tabs.query({ active: true, currentWindow: true })');
  const popup = await browser.newPage();
  await popup.setViewport({ width: 400, height: 600, deviceScaleFactor: 2 });
  await popup.goto(`chrome-extension://${id}/popup.html?tabId=${tab[0].id}`);
  await popup.waitForSelector('[data-flag]');
  return popup;
}

async function extension(id) {
  const found = (await browser.extensions()).get(id);
  return found ?? sleep(25).then(() => extension(id)); // the list fills late
}
