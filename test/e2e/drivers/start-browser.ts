import type { BrowserDriver, BrowserName } from './browser-driver.ts';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';

const START: Readonly<Record<BrowserName, () => Promise<BrowserDriver>>> = {
  chromium: () => startChromium(),
  firefox: startFirefox,
};

/** Starts a browser with a fresh profile and the built extension. */
export function startBrowser(name: BrowserName): Promise<BrowserDriver> {
  return START[name]();
}
