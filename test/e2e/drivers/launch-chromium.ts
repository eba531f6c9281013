import puppeteer, { type Browser, type Extension, type LaunchOptions } from 'puppeteer-core';
import { programOf } from './built-extension.ts';
import { HANG_MS, until } from './waiting.ts';

/** Starts Chromium with a new profile, in which extensions can be installed. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({
    executablePath: programOf('chromium'),
    headless: true,
    pipe: true, // enableExtensions requires it
    enableExtensions: true,
    // The browser's own services only cost time without a network.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
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
