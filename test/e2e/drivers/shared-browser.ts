import type { BrowserDriver, BrowserName } from './browser-driver.ts';
import { type ChromiumDriver, startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';

const START: Readonly<Record<BrowserName, () => Promise<BrowserDriver>>> = {
  chromium: () => startChromium(),
  firefox: startFirefox,
};

/** Starts a browser with a fresh profile and the built extension. */
export function startBrowser(name: BrowserName): Promise<BrowserDriver> {
  return START[name]();
}

/** The browsers that one worker of vitest has open; `browsers-environment.ts` closes them when the worker ends. */
export type OpenBrowsers = Map<BrowserName, BrowserDriver>;

/** Where the environment leaves them: it shares no module with the tests. */
export const OPEN_BROWSERS = Symbol.for('gatekeeper: open browsers');

/** The worker's browser, as fresh as with a new profile: starting one costs more than most test files. */
export async function freshBrowser(name: BrowserName): Promise<BrowserDriver> {
  return (await renewed(name)) ?? keep(await startBrowser(name));
}

/** The worker's Chromium with another extension in place of the built one. */
export async function freshChromiumWith(extensionFolder: string): Promise<ChromiumDriver> {
  const driver = (await renewed('chromium', extensionFolder)) ?? keep(await startChromium(extensionFolder));
  return driver as ChromiumDriver;
}

async function renewed(name: BrowserName, extensionFolder?: string): Promise<BrowserDriver | undefined> {
  const open = openBrowsers().get(name);
  if (open === undefined) return undefined;
  openBrowsers().delete(name);
  try {
    return keep(await open.renewed(extensionFolder));
  } catch {
    await open.close().catch(() => {}); // a browser that died or hangs is none to go on with
    return undefined;
  }
}

function keep(driver: BrowserDriver): BrowserDriver {
  openBrowsers().set(driver.name, driver);
  return driver;
}

function openBrowsers(): OpenBrowsers {
  const { [OPEN_BROWSERS]: open } = globalThis as { [OPEN_BROWSERS]?: OpenBrowsers };
  if (open === undefined) throw new Error('test/e2e runs in the environment of browsers-environment.ts only');
  return open;
}
