import type { Browser, CDPSession, Extension, Page, Target } from 'puppeteer-core';
import type { BrowserDriver, ColourScheme, DetachedOptions, OpenOptions, Tab } from './browser-driver.ts';
import { builtExtension } from './built-extension.ts';
import { installInChromium, launchChromium } from './launch-chromium.ts';
import { Popup } from './popup.ts';
import { PageView } from './view.ts';
import { closePage, TIMEOUT_MS, until } from './waiting.ts';

/** Starts Chromium with the built extension, or with another one. */
export async function startChromium(extensionFolder = builtExtension('chrome')): Promise<ChromiumDriver> {
  return driverOf(await launchChromium(), extensionFolder);
}

async function driverOf(browser: Browser, extensionFolder: string): Promise<ChromiumDriver> {
  const extension = await installInChromium(browser, extensionFolder);
  const helperPage = await browser.newPage({ background: true });
  await helperPage.goto(`chrome-extension://${extension.id}/popup.html?tabId=0`);
  return new ChromiumDriver(browser, extension, new Popup(new PageView(helperPage)));
}

export class ChromiumDriver implements BrowserDriver {
  readonly name = 'chromium';
  readonly browser: Browser;
  readonly extension: Extension;
  readonly helperPage: Popup;
  readonly opened: Page[] = [];
  readonly #pageErrors: string[] = [];
  #scheme: ColourScheme = 'light';
  #isBlockingCookies = false;
  readonly #sessions = new WeakMap<Page, CDPSession>();

  constructor(browser: Browser, extension: Extension, helperPage: Popup) {
    this.browser = browser;
    this.extension = extension;
    this.helperPage = helperPage;
  }

  async open(url: string, { inNewWindow = false }: OpenOptions = {}): Promise<Tab> {
    const page = await this.browser.newPage({ type: inNewWindow ? 'window' : 'tab' });
    page.setDefaultTimeout(TIMEOUT_MS);
    this.opened.push(page);
    const tab = new ChromiumTab(this, page);
    await tab.goto(url);
    return tab;
  }

  /** Wraps a popup's page and records its errors, also those before this call: the browser repeats them. */
  async listenTo(page: Page): Promise<Popup> {
    page.setDefaultTimeout(TIMEOUT_MS);
    this.opened.push(page);
    page.on('console', (message) => {
      if (['error', 'warn', 'assert'].includes(message.type())) this.#pageErrors.push(message.text());
    });
    page.on('pageerror', (error) => this.#pageErrors.push(String(error)));
    page.on('dialog', (dialog) => this.#pageErrors.push(`a dialog: ${dialog.message()}`));
    await this.#paint(page);
    return new Popup(new PageView(page));
  }

  async openOptions(): Promise<Popup> {
    const page = await this.browser.newPage({ type: 'window' }); // a page behind another tab receives no clicks
    const options = await this.listenTo(page);
    await page.goto(`chrome-extension://${this.extension.id}/options.html`);
    await until('the options are drawn', async () => (await page.$('main')) !== null);
    return options;
  }

  async windowOpenedBy(open: () => Promise<unknown>, path: string): Promise<Popup> {
    const opened = this.browser.waitForTarget((target) => target.url().includes(path), { timeout: TIMEOUT_MS });
    await open();
    return this.listenTo(await (await opened).asPage());
  }

  async pin(popup: Popup, hostname: string): Promise<void> {
    const settings = await this.browser.newPage({ background: true });
    await settings.goto('chrome://extensions');
    await settings.evaluate(
      `chrome.developerPrivate.addHostPermission('${this.extension.id}', 'http://${hostname}/*')`,
    );
    await settings.close();
    // element.click(), which counts as a user gesture here. A mouse click would wait for the answer to a prompt.
    await popup.evaluate(({ document }) => document.querySelector<HTMLElement>('.tool[aria-pressed=false]')?.click());
  }

  badgeOf(url: string): Promise<string> {
    return this.helperPage.badgeOf(url);
  }

  acceptPermission(): Promise<void> {
    return Promise.reject(NO_ANSWER);
  }

  refusePermission(): Promise<void> {
    return Promise.reject(NO_ANSWER);
  }

  async blockCookies(isBlocked: boolean): Promise<void> {
    if (isBlocked === this.#isBlockingCookies) return;
    this.#isBlockingCookies = isBlocked;
    const settings = await this.browser.newPage();
    await settings.goto('chrome://settings/cookies');
    const choice = isBlocked ? 'block' : 'allow';
    await settings.evaluate(`chrome.send('setDefaultValueForContentType', ['cookies', '${choice}'])`);
    await settings.close();
  }

  async preferColours(scheme: ColourScheme): Promise<void> {
    this.#scheme = scheme;
    await Promise.all(this.opened.filter((page) => !page.isClosed()).map((page) => this.#paint(page)));
  }

  async #paint(page: Page): Promise<void> {
    // Puppeteer has no API for forced colours. Emulated media features last as long as the CDP session.
    const session = this.#sessions.get(page) ?? (await page.createCDPSession());
    this.#sessions.set(page, session);
    const isForced = this.#scheme === 'forced';
    const features = [
      { name: 'prefers-color-scheme', value: isForced ? 'light' : this.#scheme },
      { name: 'forced-colors', value: isForced ? 'active' : 'none' },
    ];
    await session.send('Emulation.setEmulatedMedia', { features });
  }

  async newPageErrors(): Promise<readonly string[]> {
    return this.#pageErrors.splice(0);
  }

  async killWorker(): Promise<void> {
    const worker = this.browser
      .targets()
      .find((target) => target.type() === 'service_worker' && target.url().includes(this.extension.id));
    await (await worker?.worker())?.close().catch(unlessGone);
  }

  async closeTabs(): Promise<void> {
    // Closing a tab closes its popup, so the popups are closed first.
    for (const page of this.opened.splice(0).reverse()) await closePage(page);
  }

  async reset(extensionFolder = builtExtension('chrome')): Promise<ChromiumDriver> {
    await this.blockCookies(false);
    await this.browser.uninstallExtension(this.extension.id); // also removes its storage and permissions
    const [first, ...others] = await this.browser.pages();
    for (const page of others) await closePage(page);
    const session = await first?.createCDPSession();
    await session?.send('Network.clearBrowserCookies');
    await session?.send('Network.clearBrowserCache');
    await session?.detach();
    return driverOf(this.browser, extensionFolder);
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

const NO_ANSWER = new Error('A program cannot answer Chromium’s permission prompt');

class ChromiumTab implements Tab {
  readonly page: Page;
  readonly #driver: ChromiumDriver;
  #id: number | undefined;

  constructor(driver: ChromiumDriver, page: Page) {
    this.#driver = driver;
    this.page = page;
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async cookies(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await this.page.cookies()).map(({ name, value }) => [name, value]));
  }

  async clickToolbarButton(): Promise<Popup> {
    const { browser, extension } = this.#driver;
    const earlier = new Set<Target>(browser.targets());
    await this.page.bringToFront();
    await this.page.triggerExtensionAction(extension);
    const target = await browser.waitForTarget((one) => one.url() === this.#popupUrl && !earlier.has(one), {
      timeout: TIMEOUT_MS,
    });
    const popup = await this.#driver.listenTo(await target.asPage());
    await until('the popup is drawn', () => popup.evaluate(({ document }) => document.querySelector('main') !== null));
    this.#id = await popup.tabId();
    return popup;
  }

  async openPopup(): Promise<Popup> {
    const popup = await this.clickToolbarButton();
    await popup.settled();
    return popup;
  }

  async openDetachedPopup({ isBusy = false }: DetachedOptions = {}): Promise<Popup> {
    await (await this.clickToolbarButton()).close();
    const page = await this.#driver.browser.newPage({ type: 'window' });
    const popup = await this.#driver.listenTo(page);
    await page.goto(`${this.#popupUrl}?tabId=${this.#id}`);
    if (!isBusy) await popup.settled();
    return popup;
  }

  badge(): Promise<string> {
    return this.#driver.helperPage.badge(this.#id ?? 0);
  }

  close(): Promise<void> {
    return closePage(this.page);
  }

  get #popupUrl(): string {
    return `chrome-extension://${this.#driver.extension.id}/popup.html`;
  }
}

/** Ignores the error for a target that is already closed. */
function unlessGone(error: Error): void {
  if (!/No (?:target|session) with given id/.test(error.message)) throw error;
}
