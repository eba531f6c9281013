import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { BY_HAND } from './lib/by-hand.mjs';
import { end, endOnSignals, giveUp } from './lib/ending.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { printProgress, step } from './lib/progress.mjs';
import { inRoot } from './lib/root.mjs';
import { start } from './lib/run.mjs';
import { isFree, startShop, wantedPort } from './lib/shop.mjs';

// `npm start`: starts the demo shop, and a browser with the extension. Works in a fresh clone.

const BROWSERS = ['chromium', 'firefox'];

endOnSignals();
const options =
  readOptions() ?? (await giveUp(`--browser must be ${BROWSERS.join(' or ')}; --no-browser starts only the shop`));
const port = wantedPort() ?? (await giveUp(`PORT must be a port number from 1 to 65535, got "${process.env.PORT}"`));
if (!(await isFree(port))) await giveUp(`port ${port} is in use; choose another: PORT=${port + 1} npm start`);

try {
  await ensureInstalled();
  await ensureBuilt();
  const shop = await step('Starting the demo shop', () => startShop(port));
  console.log(BY_HAND);
  printProgress(`the shop is at ${shop.url} (Ctrl-C ends it)`);
  if (options['no-browser'] !== true) openBrowser(shop.url);
  await end(await shop.ended);
} catch (error) {
  await giveUp(error.message);
}

// The same command works without a clone: `npx gatekeeper-flags browse <url>`.
async function openBrowser(url) {
  const wanted = options.browser === undefined ? [] : [`--${options.browser}`];
  const { ended } = start(process.execPath, [inRoot('dist/server-lib/cli.js'), 'browse', url, ...wanted]);
  const code = await ended;
  if (code !== 0) printProgress('could not open a browser'); // the shop goes on without it
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { 'no-browser': { type: 'boolean' }, browser: { type: 'string' } } });
    return values.browser === undefined || BROWSERS.includes(values.browser) ? values : undefined;
  } catch {
    return undefined;
  }
}
