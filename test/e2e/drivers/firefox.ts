import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { BrowserDriver, ColourScheme, DetachedOptions, OpenOptions, Tab } from './browser-driver.ts';
import { addonId, builtExtension, programOf } from './built-extension.ts';
import { ChromeScope } from './chrome-scope.ts';
import { FirefoxPopupView } from './firefox-popup-view.ts';
import { Popup } from './popup.ts';
import { PageView } from './view.ts';
import { HANG_MS, TIMEOUT_MS, until } from './waiting.ts';

// Firefox draws a new address for an extension in each profile, unless it finds one there.
const UUID = '11111111-2222-4333-8444-555555555555';
const UUIDS = 'extensions.webextensions.uuids';
const uuids = (): string => JSON.stringify({ [addonId()]: UUID });
const POPUP_URL = `moz-extension://${UUID}/popup.html`;

/** Starts Firefox with the built extension, over WebDriver BiDi. */
export async function startFirefox(): Promise<BrowserDriver> {
  const { browser, scope } = await launchFirefox();
  return driverOf(browser, scope);
}

async function driverOf(browser: Browser, scope: ChromeScope): Promise<FirefoxDriver> {
  await scope.run(`CustomizableUI.addWidgetToArea('${buttonId()}', CustomizableUI.AREA_NAVBAR);`);
  const backstage = await browser.newPage();
  await gotoOwnPage(backstage, `${POPUP_URL}?tabId=0`);
  return new FirefoxDriver(browser, scope, backstage);
}

/** Firefox with a fresh profile and the built extension, and the part of it that is written in JavaScript. */
export async function launchFirefox(): Promise<{ readonly browser: Browser; readonly scope: ChromeScope }> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: programOf('firefox'),
    headless: true,
    args: ['--remote-allow-system-access'], // moz-extension: pages, and the browser's own window
    extraPrefsFirefox: { [UUIDS]: uuids() },
    timeout: HANG_MS,
    protocolTimeout: HANG_MS,
  });
  await browser.installExtension(builtExtension('firefox'));
  return { browser, scope: await ChromeScope.of(browser) };
}

class FirefoxDriver implements BrowserDriver {
  readonly name = 'firefox';
  readonly browser: Browser;
  readonly scope: ChromeScope;
  readonly opened: Page[] = [];
  /** A page of the extension's in a tab: what reaches into the popup, which is no tab. */
  readonly backstage: Page;

  constructor(browser: Browser, scope: ChromeScope, backstage: Page) {
    this.browser = browser;
    this.scope = scope;
    this.backstage = backstage;
  }

  async open(url: string, { inNewWindow = false, inContainer = false }: OpenOptions = {}): Promise<Tab> {
    const context = inContainer ? await this.browser.createBrowserContext() : this.browser.defaultBrowserContext();
    const page = await context.newPage({ type: inNewWindow ? 'window' : 'tab' });
    page.setDefaultTimeout(TIMEOUT_MS);
    this.opened.push(page);
    const tab = new FirefoxTab(this, page);
    await tab.goto(url);
    return tab;
  }

  async openOptions(): Promise<Popup> {
    const page = await this.browser.newPage({ type: 'window' });
    this.opened.push(page);
    await gotoOwnPage(page, `moz-extension://${UUID}/options.html`);
    await until('the options are drawn', async () => (await page.$('main')) !== null);
    return new Popup(new PageView(page));
  }

  async pin(popup: Popup): Promise<void> {
    await this.scope.run("Services.prefs.setBoolPref('extensions.webextOptionalPermissionPrompts', false);");
    await popup.clickOn('.tool[aria-pressed=false]');
  }

  badgeOf(url: string): Promise<string> {
    return new Popup(new PageView(this.backstage)).badgeOf(url);
  }

  async acceptPermission(): Promise<void> {
    let isAsked = false;
    await until('Firefox has asked for a permission, and been told yes', async () => {
      // Again and again: it takes no answer in the first half second, lest somebody click without having read.
      const isOpen = await this.scope.run(`
        const windows = [...Services.wm.getEnumerator('navigator:browser')];
        const questions = windows.flatMap(({ PopupNotifications }) => [...PopupNotifications.panel.children]);
        for (const question of questions) question.button.click();
        return String(questions.length > 0);`);
      isAsked ||= isOpen === 'true';
      return isAsked && isOpen === 'false';
    });
  }

  async blockCookies(isBlocked: boolean): Promise<void> {
    await this.scope.run(`Services.prefs.setIntPref('network.cookie.cookieBehavior', ${isBlocked ? 2 : 5});`);
  }

  async preferColours(scheme: ColourScheme): Promise<void> {
    const value = scheme === 'dark' ? 0 : 1;
    await this.scope.run(`
      Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', ${value});
      Services.prefs.setIntPref('browser.display.document_color_use', ${scheme === 'forced' ? 2 : 0});`);
  }

  async newComplaints(): Promise<readonly string[]> {
    const json = await this.scope.run(`
      const ours = ({ sourceName, sourceURI }) => String(sourceName ?? sourceURI).includes('${UUID}');
      const complaints = Services.console.getMessageArray().filter(ours).map(String);
      Services.console.reset();
      return JSON.stringify(complaints);`);
    return JSON.parse(json ?? '[]');
  }

  async closeTabs(): Promise<void> {
    const popup = new Popup(new FirefoxPopupView(this.backstage));
    if (await popup.isOpen()) await popup.close();
    for (const page of this.opened.splice(0)) if (!page.isClosed()) await page.close();
  }

  async renewed(): Promise<FirefoxDriver> {
    await this.closeTabs();
    await this.browser.uninstallExtension(addonId()); // with all that it has stored and may do
    const [, ...others] = await this.browser.pages();
    for (const page of others) if (!page.isClosed()) await page.close();
    for (const context of this.browser.browserContexts()) {
      if (context !== this.browser.defaultBrowserContext()) await context.close();
    }
    await this.scope.run(`
      for (const name of ${JSON.stringify(CHANGED)}) Services.prefs.clearUserPref(name);
      Services.prefs.setStringPref('${UUIDS}', ${JSON.stringify(uuids())});
      await new Promise((resolve) => Services.clearData.deleteData(Services.clearData.CLEAR_ALL, resolve));
      Services.console.reset();`);
    await this.browser.installExtension(builtExtension('firefox'));
    return driverOf(this.browser, this.scope);
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

// The preferences that this driver changes.
const CHANGED = [
  'extensions.webextOptionalPermissionPrompts',
  'network.cookie.cookieBehavior',
  'layout.css.prefers-color-scheme.content-override',
  'browser.display.document_color_use',
];

class FirefoxTab implements Tab {
  readonly page: Page;
  readonly #driver: FirefoxDriver;
  #id: number | undefined;

  constructor(driver: FirefoxDriver, page: Page) {
    this.#driver = driver;
    this.page = page;
  }

  async goto(url: string): Promise<void> {
    if (/^https?:/.test(url)) await this.page.goto(url);
    else await gotoOwnPage(this.page, url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async cookies(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await this.page.cookies()).map(({ name, value }) => [name, value]));
  }

  async clickToolbarButton(): Promise<Popup> {
    const { backstage, scope } = this.#driver;
    const popup = new Popup(new FirefoxPopupView(backstage));
    if (await popup.isOpen()) await popup.close(); // another tab's: it does not notice that a program left that tab
    await this.page.bringToFront();
    await scope.run(`
      const node = Services.wm.getMostRecentWindow('navigator:browser').document.getElementById('${buttonId()}');
      (node.querySelector('.unified-extensions-item-action-button') ?? node).click();`);
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
    this.#driver.opened.push(page);
    await gotoOwnPage(page, `${POPUP_URL}?tabId=${this.#id}`);
    const popup = new Popup(new PageView(page));
    if (!isBusy) await popup.settled();
    return popup;
  }

  badge(): Promise<string> {
    return new Popup(new PageView(this.#driver.backstage)).badge(this.#id ?? 0);
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

// Puppeteer never hears that a page of the browser's own, or of an extension, has loaded; so the page is asked.
async function gotoOwnPage(page: Page, url: string): Promise<void> {
  page.goto(url, { timeout: 0 }).catch(() => {});
  await until(url, () =>
    page.evaluate((address) => location.href === address && document.readyState === 'complete', url),
  );
}

// As the browser makes it of the extension's name (browser-action's makeWidgetId).
const buttonId = (): string =>
  `${addonId()
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '_')}-browser-action`;
