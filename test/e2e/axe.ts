import axe, { type AxeResults } from 'axe-core';
import type { Popup } from './drivers/popup.ts';

/** What axe has against a page of the extension as it stands. */
export async function violations(page: Popup): Promise<readonly string[]> {
  const isThere = await page.evaluate((window) => 'axe' in window);
  if (!isThere) await page.run(axe.source);
  const results = await page.evaluate((window) =>
    (window as unknown as { readonly axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ failureSummary, target }) => `${id} ${target}: ${failureSummary}`),
  );
}

/** Whether a page is wider than its window. */
export function isWide(page: Popup): Promise<boolean> {
  return page.evaluate(({ document }) => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
