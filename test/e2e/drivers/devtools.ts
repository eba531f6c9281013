import type { Browser, Frame, Page } from 'puppeteer-core';
import { builtExtension } from './built-extension.ts';
import { installInChromium, launchChromium } from './launch-chromium.ts';
import { TIMEOUT_MS, until } from './waiting.ts';

/** Chromium with the build that has a panel. */
export interface DevToolsDriver {
  readonly browser: Browser;
  /** Opens a URL in a new tab, and our panel in its developer tools. */
  open(url: string): Promise<Inspected>;
  /** Grants access to a site, so that the next request for it succeeds without a prompt, which a program cannot click. */
  letAllow(origin: string): Promise<void>;
  /** Removes the access to a site. */
  disallow(origin: string): Promise<void>;
  close(): Promise<void>;
}

export interface Inspected {
  readonly page: Page;
  /** The page of the developer tools. The panel is a frame in it. */
  readonly tools: Page;
  readonly panel: Frame;
  /** Reloads the page until the panel lists its requests: it may miss those before it listens. */
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
      const panel = await until('the developer tools have the panel’s frame', async () =>
        tools.frames().find((frame) => frame.url().endsWith('/panel.html')),
      );
      await panel.waitForSelector('main');
      await panel.evaluate(ANSWERED);
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

// The developer tools answer in order, so the panel's listeners are known when this is answered.
const ANSWERED = 'new Promise((resolve) => chrome.devtools.network.getHAR(resolve)).then(() => undefined)';

// There is no API for the views of the developer tools. The id of an extension's panel begins with the extension's URL.
const SHOW_PANEL = `(async () => {
  const { ViewManager } = await import('./ui/legacy/legacy.js').then((legacy) => legacy.ViewManager);
  const views = ViewManager.instance();
  const ours = [...views.views.keys()].find((key) => key.startsWith('chrome-extension'));
  if (ours !== undefined) await views.showView(ours);
  return ours !== undefined;
})()`;
