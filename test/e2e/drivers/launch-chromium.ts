import puppeteer, { type Browser, type Extension, type LaunchOptions } from 'puppeteer-core';
import { programOf } from './built-extension.ts';
import { HANG_MS, until } from './waiting.ts';

/** Chromium with a fresh profile, in which extensions can be installed. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({
    executablePath: programOf('chromium'),
    headless: true,
    pipe: true, // asked for by enableExtensions
    enableExtensions: true,
    // Without the network, the browser's own services only cost time.
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
