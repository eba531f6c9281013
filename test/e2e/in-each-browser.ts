import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { IS_DEEP } from '../helpers/vitest/depth.ts';
import { BROWSER_NAMES, type BrowserDriver, type BrowserName } from './drivers/browser-driver.ts';
import { freshBrowser } from './drivers/shared-browser.ts';

/** Closes `open` after the last test of the file. */
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
 * The rows of a table for one browser: in `npm test` the browsers take turns, so that each row runs in one of them. In
 * `npm run test:deep` each row runs in both.
 */
export function inTurns<Row>(table: readonly Row[], name: BrowserName): readonly Row[] {
  return IS_DEEP ? table : table.filter((_, at) => at % BROWSER_NAMES.length === BROWSER_NAMES.indexOf(name));
}

/**
 * Runs tests in the browser of the running project. The browser is shared with other files, and is reset to the state of a
 * new profile first. A test fails if a page of the extension logs an error.
 */
export function inEachBrowser(defineTests: (browser: () => BrowserDriver, name: BrowserName) => void): void {
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
      const pageErrors = await browser().newPageErrors();
      await browser().closeTabs();
      expect(pageErrors).toEqual([]);
    });
    afterAll(() => driver?.closeTabs());

    defineTests(browser, name);
  });
}
