import type { BrowserDriver } from './drivers/browser-driver.ts';
import type { Popup } from './drivers/popup.ts';
import { until } from './drivers/waiting.ts';

/** What the options page can come to look like, and how to bring it there. */
export const OPTIONS_STATES: Readonly<Record<string, (browser: BrowserDriver) => Promise<Popup>>> = {
  'options in use': async (browser) => {
    const options = await browser.openOptions();
    await addPath(options, 'http://localhost:3000', '/internal/flags.json');
    await addPath(options, 'https://staging.shop.example', '/api/v2/feature-flags/manifest.json');
    await until('both are listed', async () => (await options.text()).includes('/internal/flags.json'));
    await options.evaluate((window) => window.scrollTo(0, 0));
    return options;
  },

  'options with a mistake': async (browser) => {
    const options = await browser.openOptions();
    await addPath(options, 'https://shop.example', 'flags.json');
    await until('the mistake is named', async () => (await options.alerts()).length > 0);
    return options;
  },
};

async function addPath(options: Popup, site: string, path: string): Promise<void> {
  await options.write('site', site);
  await options.write('path', path);
  await options.click('Add');
}
