import type { Browser, Frame, Page } from 'puppeteer-core';
import { builtExtension } from './built-extension.ts';
import { installInChromium, launchChromium } from './launch-chromium.ts';
import { TIMEOUT_MS, until } from './waiting.ts';

/** Chromium with the build that has a panel. */
export interface DevToolsDriver {
  readonly browser: Browser;
  /** Opens an address in a new tab, with the developer tools for it, at our panel. */
  open(url: string): Promise<Inspected>;
  /** Lets the next question for access to a site be answered by yes; nobody can click the browser's own prompt. */
  letAllow(origin: string): Promise<void>;
  /** Takes access to every site back. */
  disallow(origin: string): Promise<void>;
  close(): Promise<void>;
}

export interface Inspected {
  readonly page: Page;
  /** The developer tools themselves, in which the panel is a frame. */
  readonly tools: Page;
  readonly panel: Frame;
  /** Loads the page once more, so that its requests are in the panel: again, where the panel was not listening yet. */
  reloadUntilListed(): Promise<void>;
}

export async function startDevTools(): Promise<DevToolsDriver> {
  const browser = await launchChromium({ handleDevToolsAsPage: true });
  const extension = await installInChromium(browser, builtExtension('chrome-devtools'));
  const settings = await browser.newPage();
  await settings.goto('chrome://extensions');
  const change = (verb: 'add' | 'remove', origin: string) =>
    settings.evaluate(`chrome.developerPrivate.${verb}HostPermission('${extension.id}', '${origin}/*')`);
  return {
    browser,
    open: async (url) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(TIMEOUT_MS);
      await page.goto(url);
      const tools = await page.openDevTools();
      tools.setDefaultTimeout(TIMEOUT_MS);
      await until('the developer tools show the panel', () => tools.evaluate(SHOW_PANEL) as Promise<boolean>);
      const panel = await until('the panel is a frame of theirs', async () =>
        tools.frames().find((frame) => frame.url().endsWith('/panel.html')),
      );
      await panel.waitForSelector('main');
      const reloadUntilListed = async (): Promise<void> => {
        await until('the panel lists the requests of a page', async () => {
          await page.reload();
          return panel.waitForSelector('.navigation ~ .request [data-evaluated]', { timeout: 10_000 });
        });
      };
      return { page, tools, panel, reloadUntilListed };
    },
    letAllow: async (origin) => void (await change('add', origin)),
    disallow: async (origin) => void (await change('remove', origin)),
    close: () => browser.close(),
  };
}

// The views of the developer tools have no other door; an extension's panel is the one whose id begins with its address.
const SHOW_PANEL = `(async () => {
  const { ViewManager } = await import('./ui/legacy/legacy.js').then((legacy) => legacy.ViewManager);
  const views = ViewManager.instance();
  const ours = [...views.views.keys()].find((key) => key.startsWith('chrome-extension'));
  if (ours !== undefined) await views.showView(ours);
  return ours !== undefined;
})()`;
