import { readFile } from 'node:fs/promises';
// @ts-expect-error plain JavaScript without types
import { writeSection } from '../../../bench/report/results.mjs';
// @ts-expect-error plain JavaScript without types
import { median } from '../../../scripts/lib/median.mjs';
import { BROWSER_NAMES, type BrowserDriver } from '../drivers/browser-driver.ts';
import { startBrowser } from '../drivers/shared-browser.ts';
import { until } from '../drivers/waiting.ts';
import { manifestText, type StubSite, sendsManifest, serveStubs } from '../sites/stub-sites.ts';
import { BASELINES, baselinePage } from './baselines.ts';
import { choice, keystroke, timeToPaint } from './painted.ts';

/** The manifest of a site with `count` flags. Five thousand of them fit into the limit of 1 MiB. */
export function manyFlags(count: number): string {
  const flags = Array.from({ length: count }, (_, at) => ({
    name: `FLAG_${at}`,
    description: `Whether part ${at} works as it will`,
    variants: ['ON', 'OFF', 'HALF'],
    current: 'OFF',
    source: 'default',
    owner: 'web-team',
    tags: ['checkout'],
  }));
  return manifestText({ flags });
}

/** One row of the table. */
export interface Result {
  readonly browser: string;
  readonly what: string;
  readonly ms: number;
  readonly limit: number | undefined;
}

/** The results as a table in Markdown. */
export function tableOf(results: readonly Result[]): string {
  const lines = results.map(
    ({ browser, what, ms, limit }) => `| ${browser} | ${what} | ${ms.toFixed(1)} | ${limit ?? ''} |`,
  );
  return ['| browser | what | ms | at most |', '| --- | --- | ---: | ---: |', ...lines].join('\n');
}

// `npm run bench:popup` builds what is stale and runs this.

const ROUNDS = 7;

const sites: Record<string, StubSite> = {};
for (const count of [100, 1_000, 5_000]) sites[`flags-${count}`] = { manifest: sendsManifest(manyFlags(count)) };
for (const at of BASELINES.keys()) sites[`baseline-${at}`] = {};
const stubs = await serveStubs(sites);

const results: Result[] = [];
for (const name of BROWSER_NAMES) {
  const browser = await startBrowser(name);
  try {
    for (const count of [100, 1_000, 5_000]) await measurePopup(browser, count);
    await measureBaselines(browser);
  } finally {
    await browser.close();
  }
}
stubs.close();

writeSection('popup', `Medians of ${ROUNDS}, in milliseconds.\n\n${tableOf(results)}`);

async function measurePopup(browser: BrowserDriver, count: number): Promise<void> {
  const painted: number[] = [];
  const typed: number[] = [];
  const chosen: number[] = [];
  const tab = await browser.open(stubs.url(`flags-${count}`));
  const popup = await tab.openDetachedPopup();
  for (let round = 0; round < ROUNDS; round++) {
    await popup.reopen();
    painted.push(await timeToPaint(popup));
    for (const text of ['f', 'fl', 'flag', 'flag_9', 'flag_99']) typed.push(await keystroke(popup, text));
    await keystroke(popup, '');
    chosen.push(await choice(popup, 'FLAG_0', round % 2 === 0 ? 'ON' : 'HALF'));
  }
  await browser.closeTabs();
  const flags = `${count.toLocaleString('en')} flags`;
  const limits: Readonly<Record<number, number>> = { 1000: browser.name === 'chromium' ? 150 : 120, 5000: 300 };
  printTable(browser, `${flags}: first rows painted`, painted, limits[count]);
  printTable(browser, `${flags}: a keystroke in the search`, typed, count === 1_000 ? 10 : undefined);
  printTable(browser, `${flags}: choice → cookie written and read back`, chosen, count === 1_000 ? 100 : undefined);
}

async function measureBaselines(browser: BrowserDriver): Promise<void> {
  const popup = await (await browser.open(stubs.url('flags-1000'))).openDetachedPopup();
  const row = await popup.evaluate(({ document, XMLSerializer }) => {
    const card = document.querySelector<HTMLElement>('[data-flag="FLAG_0"]');
    if (card === null) throw new Error('no row to copy');
    return { html: new XMLSerializer().serializeToString(card), height: Math.ceil(card.offsetHeight) };
  });
  await browser.closeTabs();
  const styles = ['shared/colours', 'shared/basics', 'flags/flag-card'].map(
    (name) => new URL(`../../../extension/ui/${name}.css`, import.meta.url),
  );
  const css = (await Promise.all(styles.map((style) => readFile(style, 'utf8')))).join('\n');
  for (const [at, baseline] of BASELINES.entries()) {
    sites[`baseline-${at}`] = { page: baselinePage(baseline, { ...row, css }, 1_000) };
    const painted: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { page } = await browser.open(stubs.url(`baseline-${at}`));
      await until('it is drawn', () => page.evaluate(() => document.querySelector('[data-flag]') !== null));
      painted.push(
        await timeToPaint({
          evaluate: (callback, ...args) => page.evaluate(`(${callback})(window, ...${JSON.stringify(args)})`) as never,
        }),
      );
      await browser.closeTabs();
    }
    printTable(browser, `1,000 rows alone, without a popup: ${baseline}`, painted);
  }
}

function printTable({ name }: BrowserDriver, what: string, samples: readonly number[], limit?: number): void {
  const ms = median(samples);
  results.push({ browser: name, what, ms, limit });
  console.log(`${name}  ${what}: ${ms.toFixed(1)} ms${limit === undefined ? '' : ` (at most ${limit})`}`);
}
