import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserDriver } from '../drivers/browser-driver.ts';
import type { Popup } from '../drivers/popup.ts';
import { startBrowser } from '../drivers/shared-browser.ts';
import { OPTIONS_STATES } from '../options/options-states.ts';
import { openStateSites, POPUP_STATES } from '../popup/popup-states.ts';
import { STORE_PICTURES } from './store-pictures.ts';

// `npm run screenshots` builds what is stale and runs this.

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PICTURES = path.join(ROOT, 'docs/pictures');
const STORE = path.join(ROOT, 'docs/store/pictures');
const STATES = path.join(ROOT, '.tmp/states');

await mkdir(PICTURES, { recursive: true });
await mkdir(STORE, { recursive: true });
await mkdir(STATES, { recursive: true });

const sites = await openStateSites({ shopPort: Number(process.env.PORT ?? 3_000) });
const browser = await startBrowser('chromium');
try {
  for (const [state, reach] of Object.entries(POPUP_STATES)) {
    const popup = await reach(browser, sites);
    await popup.resize(400, 600); // the maximum size of the pictures; a popup may be up to 800 by 600
    await takePictures(browser, popup, `${STATES}/${state.replaceAll(' ', '-')}`);
    if (state === 'flags') await takePictures(browser, popup, `${PICTURES}/popup`);
    await browser.closeTabs();
  }
  for (const [state, reach] of Object.entries(OPTIONS_STATES)) {
    const options = await reach(browser);
    await options.resize(760, 1_160);
    await takePictures(browser, options, `${STATES}/${state.replaceAll(' ', '-')}`);
    if (state === 'options in use') await takePictures(browser, options, `${PICTURES}/options`);
    await browser.closeTabs();
  }
} finally {
  await browser.close();
}

// A new profile: the options above have stored another manifest path for the shop.
const storeBrowser = await startBrowser('chromium');
try {
  for (const [name, take] of Object.entries(STORE_PICTURES)) {
    await writeFile(`${STORE}/${name}.png`, await take({ browser: storeBrowser, sites }));
    console.log(`docs/store/pictures/${name}.png`);
    await storeBrowser.closeTabs();
  }
} finally {
  await storeBrowser.close();
  sites.close();
}

async function takePictures(driver: BrowserDriver, popup: Popup, file: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await driver.preferColours(scheme);
    await popup.evaluate(({ document }) =>
      Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => {}),
    );
    await writeFile(`${file}-${scheme}.png`, await popup.picture());
    console.log(path.relative(ROOT, `${file}-${scheme}.png`));
  }
}
