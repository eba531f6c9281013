import type { BrowserDriver } from '../drivers/browser-driver.ts';
import type { Popup } from '../drivers/popup.ts';
import { until } from '../drivers/waiting.ts';

/** The states of the options page, each with the function that opens it. */
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
    await until('the error is shown', async () => (await options.alerts()).length > 0);
    return options;
  },

  'options with presets': async (browser) => {
    const options = await browser.openOptions();
    const [launch, dark] = [
      { name: 'Launch', overrides: { CHECKOUT: 'ONE_PAGE' } },
      { name: 'Dark', overrides: {} },
    ];
    await paste(options, { 'https://shop.example': [launch, dark], 'http://localhost:3000': [dark] });
    await options.click('Add 3 scenarios');
    // Presets from a popup may be listed already. The new ones are listed once the button that adds them has disappeared.
    await until('they are listed', async () => {
      const buttons = await options.buttons();
      return buttons.includes('Export all') && !buttons.includes('Add 3 scenarios');
    });
    await paste(options, {
      'https://shop.example': [launch, { name: 'Dark', overrides: { THEME: 'DARK' } }, { name: 'New' }, null],
      'https://staging.shop.example': [{ ...launch, overrides: { CHECKOUT: 'WIZARD', SEARCH: 7 } }],
    });
    await until('the errors are shown', async () => (await options.text()).includes('Entry 4'));
    await options.clickOn('summary');
    return options;
  },
};

async function paste(options: Popup, presets: object): Promise<void> {
  await options.write('presets', JSON.stringify({ presets }));
}

async function addPath(options: Popup, site: string, path: string): Promise<void> {
  await options.write('site', site);
  await options.write('path', path);
  await options.click('Add');
}
