import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { BROWSER_NAMES, type BrowserDriver, type BrowserName } from './drivers/browser-driver.ts';
import { startBrowser } from './drivers/start-browser.ts';

/** Runs a contract against one browser after the other, each with a fresh profile; no page of ours may complain. */
export function inEachBrowser(contract: (browser: () => BrowserDriver, name: BrowserName) => void): void {
  describe.each(BROWSER_NAMES)('%s', (name) => {
    let driver: BrowserDriver | undefined;
    const browser = (): BrowserDriver => {
      if (driver === undefined) throw new Error(`${name} has not started`);
      return driver;
    };
    beforeAll(async () => {
      driver = await startBrowser(name);
    });
    afterEach(async () => {
      const complaints = await browser().newComplaints();
      await browser().closeTabs();
      expect(complaints).toEqual([]);
    });
    afterAll(() => driver?.close());

    contract(browser, name);
  });
}
