import puppeteer, { type Browser, type Extension, type LaunchOptions } from 'puppeteer-core';
import { NETWORK_HOST } from '../sites/recording-server.ts';
import { programOf } from './built-extension.ts';
import { HANG_MS, until } from './waiting.ts';

// The browser's own services, animations and pages only cost time in tests.
const SWITCHES = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${NETWORK_HOST} 127.0.0.1`,
  '--animation-duration-scale=0', // those of tabs and buttons, not those of pages
  // Each window would start two renderers, for the pages of the address field and of the tab search.
  '--disable-features=PreloadTopChromeWebUI,WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup',
];

/** Starts Chromium with a new profile, in which extensions can be installed. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({
    executablePath: programOf('chromium'),
    headless: true,
    pipe: true, // enableExtensions requires it
    enableExtensions: true,
    args: SWITCHES,
    networkEnabled: false, // no event for each request
    issuesEnabled: false,
    timeout: HANG_MS,
    protocolTimeout: HANG_MS,
    ...options,
  });
}

/** Installs an unpacked extension. */
export async function installInChromium(browser: Browser, extensionFolder: string): Promise<Extension> {
  const id = await browser.installExtension(extensionFolder);
  return until('the extension is installed', async () => (await browser.extensions()).get(id));
}
