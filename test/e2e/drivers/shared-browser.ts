import type { BrowserDriver, BrowserName } from './browser-driver.ts';
import { type ChromiumDriver, startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';

const START: Readonly<Record<BrowserName, () => Promise<BrowserDriver>>> = {
  chromium: () => startChromium(),
  firefox: startFirefox,
};

/** Starts a browser with a new profile and the built extension. */
export function startBrowser(name: BrowserName): Promise<BrowserDriver> {
  return START[name]();
}

/** The open browsers of one Vitest worker. `browsers-environment.ts` closes them when the worker ends. */
export type OpenBrowsers = Map<BrowserName, BrowserDriver>;

/** The global key of the open browsers: the environment and the tests share no modules. */
export const OPEN_BROWSERS = Symbol.for('gatekeeper: open browsers');

/** The worker's browser, reset to the state of a new profile. To start one takes longer than most test files. */
export async function freshBrowser(name: BrowserName): Promise<BrowserDriver> {
  return (await resetBrowser(name)) ?? keep(await startBrowser(name));
}

/** The worker's Chromium, reset, with another extension in place of the built one. */
export async function freshChromiumWith(extensionFolder: string): Promise<ChromiumDriver> {
  const driver = (await resetBrowser('chromium', extensionFolder)) ?? keep(await startChromium(extensionFolder));
  return driver as ChromiumDriver;
}

async function resetBrowser(name: BrowserName, extensionFolder?: string): Promise<BrowserDriver | undefined> {
  const open = openBrowsers().get(name);
  if (open === undefined) return undefined;
  openBrowsers().delete(name);
  try {
    return keep(await open.reset(extensionFolder));
  } catch {
    await open.close().catch(() => {}); // it crashed or hangs, so the caller starts another one
    return undefined;
  }
}

function keep(driver: BrowserDriver): BrowserDriver {
  openBrowsers().set(driver.name, driver);
  return driver;
}

function openBrowsers(): OpenBrowsers {
  const { [OPEN_BROWSERS]: open } = globalThis as { [OPEN_BROWSERS]?: OpenBrowsers };
  if (open === undefined)
    throw new Error('test/e2e needs the environment of browsers-environment.ts; run it with test/vitest.config.ts');
  return open;
}
