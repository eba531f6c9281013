// `npm start`: the demo shop, and a browser with the extension in it. Works on a fresh clone.

import { parseArgs } from 'node:util';
import { BROWSERS, findBrowser, hasDisplay } from './lib/browsers.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { BY_HAND } from './lib/by-hand.mjs';
import { closeAtEnd, end, endOnSignals, giveUp } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { openBrowser } from './lib/open-browser.mjs';
import { isFree, wantedPort } from './lib/port.mjs';
import { say, step } from './lib/progress.mjs';
import { startShop } from './lib/shop.mjs';

endOnSignals();
const options = readOptions() ?? (await giveUp(`--browser is ${BROWSERS.join(' or ')}; --no-browser only serves`));
const port = wantedPort() ?? (await giveUp(`PORT is "${process.env.PORT}", which is not a port`));
if (!(await isFree(port))) await giveUp(`port ${port} is in use; choose another: PORT=${port + 1} npm start`);

try {
  await ensureInstalled();
  await ensureBuilt();
  const shop = await step('Starting the demo shop', () => startShop(port));
  console.log(BY_HAND);
  if (options['no-browser'] !== true) await show(shop.url);
  say(`the shop is at ${shop.url} (Ctrl-C ends it)`);
  await end(await shop.ended);
} catch (error) {
  await giveUp(error.message);
}

async function show(url) {
  if (!hasDisplay()) return say('no display here (DISPLAY is not set), so no browser is opened');
  const found = findBrowser(options.browser);
  if (!found) return say(`no ${options.browser ?? 'Chromium, Chrome or Firefox'} found, so no browser is opened`);
  try {
    const browser = await step(`Opening ${found.program}`, () => openBrowser(found, url));
    browser.closed.then(closeAtEnd(browser.close));
  } catch (error) {
    say(`the browser did not open: ${error.message}`); // the shop is worth having without it
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { 'no-browser': { type: 'boolean' }, browser: { type: 'string' } } });
    return values.browser === undefined || BROWSERS.includes(values.browser) ? values : undefined;
  } catch {
    return undefined;
  }
}
