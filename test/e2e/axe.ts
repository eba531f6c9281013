import axe, { type AxeResults } from 'axe-core';
import { IS_DEEP } from '../helpers/vitest/depth.ts';
import type { BrowserDriver } from './drivers/browser-driver.ts';
import type { Popup } from './drivers/popup.ts';

// The rules that depend on colours and sizes. The results of all other rules would be the same again.
const BY_COLOUR = ['color-contrast', 'link-in-text-block'];
const BY_SIZE = ['target-size', 'scrollable-region-focusable', 'color-contrast'];

/** The violations that axe finds in a page of the extension, by all of its rules or by some. */
export async function violations(page: Popup, rules?: readonly string[]): Promise<readonly string[]> {
  const isThere = await page.evaluate((window) => 'axe' in window);
  if (!isThere) await page.run(axe.source);
  const results = await page.evaluate(
    (window, only) =>
      (window as unknown as { readonly axe: { run(options: object): Promise<AxeResults> } }).axe.run(
        only === null ? {} : { runOnly: only },
      ),
    rules ?? null,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ failureSummary, target }) => `${id} ${target}: ${failureSummary}`),
  );
}

/** The violations in light, dark and forced colours, and at twice the size. */
export async function violationsInAllColours(
  browser: BrowserDriver,
  page: Popup,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {};
  for (const scheme of ['dark', 'forced', 'light'] as const) {
    await browser.preferColours(scheme);
    found[scheme] = await violations(page, IS_DEEP || scheme === 'light' ? undefined : BY_COLOUR);
  }
  await page.resize(width, height);
  found['200 %'] = await violations(page, IS_DEEP ? undefined : BY_SIZE);
  return found;
}

/** Whether a page is wider than its window. */
export function isWide(page: Popup): Promise<boolean> {
  return page.evaluate(({ document }) => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
