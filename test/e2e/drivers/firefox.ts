import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { NETWORK_HOST } from '../sites/recording-server.ts';
import type { BrowserDriver, ColourScheme, DetachedOptions, OpenOptions, Tab } from './browser-driver.ts';
import { addonId, builtExtension, programOf } from './built-extension.ts';
import { ChromeScope } from './chrome-scope.ts';
import { FirefoxPopupView } from './firefox-popup-view.ts';
import { Popup } from './popup.ts';
import { PageView } from './view.ts';
import { HANG_MS, TIMEOUT_MS, until } from './waiting.ts';

// Firefox gives an extension a random URL in each profile, unless this preference has one.
const UUID = '11111111-2222-4333-8444-555555555555';
const UUIDS = 'extensions.webextensions.uuids';
const uuids = (): string => JSON.stringify({ [addonId()]: UUID });
const POPUP_URL = `moz-extension://${UUID}/popup.html`;

// They save a third of Firefox's CPU time.
const CHEAPER = {
  'layout.frame_rate': 15, // headless Firefox draws in software
  // One process for all web pages. Firefox would start one for each tab, and one in reserve.
  'dom.ipc.processCount': 1,
  'dom.ipc.processPrelaunch.enabled': false,
};

/** Starts Firefox with the built extension, over WebDriver BiDi. */
export async function startFirefox(): Promise<BrowserDriver> {
  const { browser, scope } = await launchFirefox();
  return driverOf(browser, scope);
}

async function driverOf(browser: Browser, scope: ChromeScope): Promise<FirefoxDriver> {
  await scope.run(`CustomizableUI.addWidgetToArea('${buttonId()}', CustomizableUI.AREA_NAVBAR);`);
  const helperPage = await browser.newPage();
  await gotoOwnPage(helperPage, `${POPUP_URL}?tabId=0`);
  return new FirefoxDriver(browser, scope, helperPage);
}

/** Starts Firefox with a new profile and the built extension; also returns its chrome scope. */
export async function launchFirefox(): Promise<{ readonly browser: Browser; readonly scope: ChromeScope }> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: programOf('firefox'),
    headless: true,
    args: ['--remote-allow-system-access'], // moz-extension: pages, and the browser's own window
    extraPrefsFirefox: { ...CHEAPER, 'network.dns.localDomains': NETWORK_HOST, [UUIDS]: uuids() },
    networkEnabled: false, // no event for each request
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
  readonly helperPage: Popup;
  /** The toolbar popup. It is not a tab, so scripts run in it through the helper page. */
  readonly toolbarPopup: Popup;

  constructor(browser: Browser, scope: ChromeScope, helperPage: Page) {
    this.browser = browser;
    this.scope = scope;
    this.helperPage = new Popup(new PageView(helperPage));
    this.toolbarPopup = new Popup(new FirefoxPopupView(helperPage));
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

  async windowOpenedBy(open: () => Promise<unknown>, path: string): Promise<Popup> {
    const earlier = new Set(await this.browser.pages());
    await open();
    const page = await until(`a window with ${path}`, async () => {
      for (const one of await this.browser.pages()) {
        // Puppeteer gets no event when a page of an extension loads, so `page.url()` is not its address.
        if (!earlier.has(one) && (await one.evaluate(() => location.href)).includes(path)) return one;
      }
      return undefined;
    });
    page.setDefaultTimeout(TIMEOUT_MS);
    this.opened.push(page);
    const popup = new Popup(new PageView(page));
    await until('the window is drawn', () => popup.evaluate(({ document }) => document.querySelector('main') !== null));
    return popup;
  }

  async pin(popup: Popup): Promise<void> {
    await this.scope.run("Services.prefs.setBoolPref('extensions.webextOptionalPermissionPrompts', false);");
    await popup.clickOn('.tool[aria-pressed=false]');
  }

  badgeOf(url: string): Promise<string> {
    return this.helperPage.badgeOf(url);
  }

  acceptPermission(): Promise<void> {
    return this.#answerPermission('button');
  }

  refusePermission(): Promise<void> {
    return this.#answerPermission('secondaryButton');
  }

  async #answerPermission(button: 'button' | 'secondaryButton'): Promise<void> {
    let hasPrompted = false;
    await until('Firefox’s permission prompt is answered', async () => {
      // Repeatedly, because the prompt ignores clicks in its first half second.
      const isOpen = await this.scope.run(`
        const windows = [...Services.wm.getEnumerator('navigator:browser')];
        const prompts = windows.flatMap(({ PopupNotifications }) => [...PopupNotifications.panel.children]);
        for (const prompt of prompts) prompt.${button}.click();
        return String(prompts.length > 0);`);
      hasPrompted ||= isOpen === 'true';
      return hasPrompted && isOpen === 'false';
    });
  }

  async killWorker(): Promise<void> {
    await this.scope.run(`await WebExtensionPolicy.getByID('${addonId()}').extension.terminateBackground();`);
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

  async newPageErrors(): Promise<readonly string[]> {
    const json = await this.scope.run(`
      const ours = ({ sourceName, sourceURI }) => String(sourceName ?? sourceURI).includes('${UUID}');
      const pageErrors = Services.console.getMessageArray().filter(ours).map(String);
      Services.console.reset();
      return JSON.stringify(pageErrors);`);
    return JSON.parse(json ?? '[]');
  }

  async closeTabs(): Promise<void> {
    if (await this.toolbarPopup.isOpen()) await this.toolbarPopup.close();
    for (const page of this.opened.splice(0)) if (!page.isClosed()) await page.close();
  }

  async reset(): Promise<FirefoxDriver> {
    await this.closeTabs();
    await this.browser.uninstallExtension(addonId()); // also removes its storage and permissions
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
    const { toolbarPopup: popup, scope } = this.#driver;
    if (await popup.isOpen()) await popup.close(); // another tab's popup: it stays open when a program changes the tab
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
    return this.#driver.helperPage.badge(this.#id ?? 0);
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

// Puppeteer gets no load event for pages of the browser or of an extension, so this polls the page.
async function gotoOwnPage(page: Page, url: string): Promise<void> {
  page.goto(url, { timeout: 0 }).catch(() => {});
  await until(url, () =>
    page.evaluate((address) => location.href === address && document.readyState === 'complete', url),
  );
}

// Firefox derives the button's id from the extension's id (makeWidgetId).
const buttonId = (): string =>
  `${addonId()
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '_')}-browser-action`;
