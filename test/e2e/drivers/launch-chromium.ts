import puppeteer, { type Browser, type Extension, type LaunchOptions } from 'puppeteer-core';
import { programOf } from './built-extension.ts';
import { until } from './waiting.ts';

/** Chromium with a fresh profile and an extension. */
export async function launchChromium(
  extensionFolder: string,
  options: LaunchOptions = {},
): Promise<{ readonly browser: Browser; readonly extension: Extension }> {
  const browser = await puppeteer.launch({
    executablePath: programOf('chromium'),
    headless: true,
    pipe: true, // asked for by enableExtensions
    enableExtensions: true,
    // Without the network, the browser's own services only cost time.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...options,
  });
  const id = await browser.installExtension(extensionFolder);
  const extension = await until('the extension is installed', async () => (await browser.extensions()).get(id));
  return { browser, extension };
}
