import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { BROWSER_NAMES, type BrowserDriver, type BrowserName } from './drivers/browser-driver.ts';
import { freshBrowser } from './drivers/shared-browser.ts';

/** Keeps something open until the tests of this file are done. */
export function closeAfterFile<Open extends { close(): unknown }>(open: Open): Open {
  afterAll(() => open.close());
  return open;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser of the running project. */
    readonly browser: BrowserName;
  }
}

/**
 * Runs a contract against the browser of the running project, as fresh as with a new profile; no page of ours may
 * complain. Other files have used the same browser before, and others will after.
 */
export function inEachBrowser(contract: (browser: () => BrowserDriver, name: BrowserName) => void): void {
  const ours = inject('browser');
  describe.each(BROWSER_NAMES.filter((name) => name === ours))('%s', (name) => {
    let driver: BrowserDriver | undefined;
    const browser = (): BrowserDriver => {
      if (driver === undefined) throw new Error(`${name} has not started`);
      return driver;
    };
    beforeAll(async () => {
      driver = await freshBrowser(name);
    });
    afterEach(async () => {
      const complaints = await browser().newComplaints();
      await browser().closeTabs();
      expect(complaints).toEqual([]);
    });
    afterAll(() => driver?.closeTabs());

    contract(browser, name);
  });
}
