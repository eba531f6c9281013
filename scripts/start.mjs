// `npm start`: the demo shop, and a browser with the extension in it. Works on a fresh clone.

import { parseArgs } from 'node:util';
import { BROWSERS, findBrowser, hasDisplay } from './lib/browsers.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { BY_HAND } from './lib/by-hand.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { openBrowser } from './lib/open-browser.mjs';
import { isFree, wantedPort } from './lib/port.mjs';
import { giveUp, say, step } from './lib/progress.mjs';
import { startShop } from './lib/shop.mjs';

const options = readOptions();
const port = wantedPort() ?? giveUp(`PORT is "${process.env.PORT}", which is not a port`);
if (!(await isFree(port))) giveUp(`port ${port} is in use; choose another: PORT=${port + 1} npm start`);

const open = new Set(); // what must be closed before we end
// `on`, not `once`: web-ext's signal-exit kills us on the spot when it finds that nobody else listens.
process.on('SIGINT', () => end(130));
process.on('SIGTERM', () => end(143));
process.on('SIGHUP', () => end(129));

try {
  await ensureInstalled();
  await ensureBuilt();
  const shop = await step('Starting the demo shop', () => startShop(port));
  console.log(BY_HAND);
  if (options['no-browser'] !== true) await show(shop.url);
  say(`the shop is at ${shop.url} (Ctrl-C ends it)`);
  await end(await shop.ended);
} catch (error) {
  giveUp(error.message);
}

async function show(url) {
  if (!hasDisplay()) return say('no display here (DISPLAY is not set), so no browser is opened');
  const found = findBrowser(options.browser);
  if (!found) return say(`no ${options.browser ?? 'Chromium, Chrome or Firefox'} found, so no browser is opened`);
  try {
    const browser = await step(`Opening ${found.program}`, () => openBrowser(found, url));
    open.add(browser);
    browser.closed.then(() => open.delete(browser));
  } catch (error) {
    say(`the browser did not open: ${error.message}`); // the shop is worth having without it
  }
}

async function end(code) {
  await Promise.allSettled([...open].map((browser) => browser.close()));
  process.exit(code); // ends the shop too
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { 'no-browser': { type: 'boolean' }, browser: { type: 'string' } } });
    if (values.browser && !BROWSERS.includes(values.browser)) throw new Error(`--browser is ${BROWSERS.join(' or ')}`);
    return values;
  } catch (error) {
    return giveUp(error.message);
  }
}
