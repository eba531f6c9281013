import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Frame } from 'puppeteer-core';
import { expect, onTestFinished, test } from 'vitest';
import { type Inspected, startDevTools } from '../drivers/devtools.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile } from '../in-each-browser.ts';
import { openShop } from '../sites/shop.ts';
import { openStreamingSite } from '../sites/streaming-site.ts';
import { manifestText, sendsManifest, serveStubs } from '../sites/stub-sites.ts';

// These tests run in Chromium; panel-firefox.test.ts tests the panel in Firefox.

const shop = closeAfterFile(await openShop());
const moved = closeAfterFile(
  await serveStubs({
    moved: {
      path: '/flags.json?v=2',
      manifest: sendsManifest(manifestText()),
      headers: { 'server-timing': 'gk.SEARCH;desc="OFF default"' },
      body: '<link rel="gatekeeper" href="/flags.json?v=2"><p>A page.</p>',
    },
  }),
);
const streaming = closeAfterFile(await openStreamingSite());
const chromium = closeAfterFile(await startDevTools());

const texts = (panel: Frame, selector: string): Promise<readonly string[]> =>
  panel.$$eval(selector, (found) => found.map(({ textContent }) => textContent ?? ''));
const addresses = (panel: Frame) => texts(panel, '.address');
const press = (panel: Frame, button: string) => panel.locator(`button ::-p-text(${button})`).click();

/** Opens the shop with the panel, and reloads it until the panel lists its requests. */
async function shopInspected(name: string): Promise<Inspected> {
  const inspected = await chromium.open(shop.url(name));
  await inspected.reloadUntilListed();
  return inspected;
}

test('the page and its fetches are listed when they end, with the flags that each one evaluated', async () => {
  const { page, panel } = await shopInspected('live');

  await page.evaluate(() => fetch('/api/search?q=lamp').then((response) => response.text()));

  await eventually(async () => (await addresses(panel)).at(-1)).toBe('/api/search?q=lamp');
  const rows = await texts(panel, '[data-request]');
  expect(rows.at(-1)).toBe('200GET/api/search?q=lampfetchNEW_SEARCH OFF default');
  expect(rows.filter((row) => row.includes('GET/document')).at(-1)).toContain('MY_NEW_FEATURE NOT_VISIBLE default');
});

test('the flags of a page that evaluates them after its headers are listed, without access to the page', async () => {
  const { panel, reloadUntilListed } = await chromium.open(streaming.url('streamed')); // its headers name no flag

  await reloadUntilListed();

  expect((await texts(panel, '[data-evaluated]')).at(-1)).toBe('CHECKOUT CLASSIC default');
});

test('a navigation adds a line and keeps the earlier requests; the filters and Clear remove requests', async () => {
  const { page, panel } = await shopInspected('kept');
  const before = (await addresses(panel)).length;

  await page.goto(shop.url('elsewhere'));

  await eventually(() => texts(panel, '.navigation')).toContain(`Navigated to ${shop.url('elsewhere')}`);
  await eventually(async () => (await addresses(panel)).length).toBeGreaterThan(before);
  await panel.type('input[type=search]', 'new_search');
  await eventually(async () => new Set(await texts(panel, '.type'))).toEqual(new Set(['fetch']));
  await panel.select('select[aria-label="Filter by flags"]', 'overridden');
  await eventually(() => texts(panel, '[role=status] h2')).toEqual(['Nothing found']);
  await press(panel, 'Clear');
  await eventually(() => texts(panel, '[role=status] h2')).toEqual(['No requests yet']);
});

test('a flag that is clicked can be overridden once the extension has access to the site', async () => {
  const { page, panel } = await shopInspected('override');
  const { origin, host } = new URL(shop.url('override'));
  const requested = () => shop.received('override').map(({ path }) => path);
  await panel.click('[data-evaluated=MY_NEW_FEATURE]');
  await panel.locator(`button ::-p-text(Allow on ${host})`).wait();
  expect(requested()).not.toContain('/.well-known/gatekeeper.json'); // so far, the panel has only read headers

  await chromium.letAllow(origin);
  await press(panel, `Allow on ${host}`);
  await panel.locator('aside input[value=VISIBLE]').click();
  await eventually(async () =>
    (await page.cookies()).map(({ name, value }) => `${name}=${decodeURIComponent(value)}`),
  ).toContain('gatekeeper={"MY_NEW_FEATURE":"VISIBLE"}');
  await press(panel, 'Reload page');

  await eventually(() => texts(panel, '.mine')).toContain('MY_NEW_FEATURE VISIBLE your choice');
});

test('the panel’s own request for the manifest is not listed, also at another path', async () => {
  const { page, panel } = await chromium.open(moved.url('moved'));
  await page.reload();
  await panel.locator('[data-evaluated=SEARCH]').click();
  await chromium.letAllow(new URL(moved.url('moved')).origin);
  await press(panel, `Allow on ${new URL(moved.url('moved')).host}`);
  await panel.waitForSelector('aside input[value=ON]');
  await page.evaluate(() => fetch('/api').then((response) => response.text()));

  await eventually(() => addresses(panel)).toContain('/api');
  expect(moved.received('moved').map(({ path }) => path)).toContain('/flags.json?v=2');
  expect((await addresses(panel)).filter((address) => address.includes('flags.json'))).toEqual([]);
});

test('below a flag, “View as” simulates another hour, and the panel says so', async () => {
  const { page, panel } = await shopInspected('view-as');
  await panel.locator('[data-evaluated=WELCOME_BANNER]').click();
  await chromium.letAllow(new URL(shop.url('view-as')).origin);
  await press(panel, `Allow on ${new URL(shop.url('view-as')).host}`);
  await panel.locator('aside [data-action=view-as]').click();

  await panel.type('[name="@hour"]', '8');
  await panel.locator('[data-context="@hour"] [data-action=simulate]').click();

  await eventually(() => texts(panel, 'aside [data-flag=WELCOME_BANNER] .now')).toEqual([
    expect.stringContaining('MORNING · code · simulated'),
  ]);
  expect(await texts(panel, 'aside > .simulated')).toEqual(['Viewed as if: hour = 8 Stop']);
  await panel.locator('aside > .simulated [data-action=stop-simulating]').click();
  await eventually(() => page.evaluate(() => document.cookie)).not.toContain('gatekeeper=');
});

test('with the keyboard alone, a user finds a request, opens a flag, chooses a variant and returns', async () => {
  const { tools, panel } = await shopInspected('keys');
  await chromium.letAllow(new URL(shop.url('keys')).origin);
  const focused = () =>
    panel.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      return (
        element.dataset.evaluated ??
        (element instanceof HTMLInputElement ? element.value || element.type : element.textContent)
      );
    });
  await panel.click('.sum'); // keys go to the frame that was clicked last

  await tools.keyboard.press('/');
  expect(await focused()).toBe('search');
  await tools.keyboard.type('banner');
  await eventually(() => texts(panel, '.sum')).toEqual([expect.stringMatching(/^[1-9] of \d\d/)]);
  await panel.focus('.log');
  await tools.keyboard.press('Tab');
  await tools.keyboard.press('ArrowRight');
  expect(await focused()).toBe('WELCOME_BANNER');
  await tools.keyboard.press('Enter');
  await panel.waitForSelector('aside [data-flag=WELCOME_BANNER], aside button.primary');
  if ((await panel.$('aside button.primary')) !== null) {
    await panel.focus('aside button.primary');
    await tools.keyboard.press('Enter');
  }
  await panel.waitForSelector('aside [data-flag=WELCOME_BANNER]');
  await panel.focus('aside [data-flag=WELCOME_BANNER] input[value=""]');
  await tools.keyboard.press('ArrowRight');
  await eventually(focused).not.toBe('radio');
  await tools.keyboard.press('Escape');

  await eventually(focused).toBe('WELCOME_BANNER');
  await eventually(() => texts(panel, 'aside')).toEqual([]);
});

test('Export JSON saves the listed requests as a file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatekeeper-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { panel } = await shopInspected('export');
  const session = await chromium.browser.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });

  await press(panel, 'Export JSON');

  await eventually(() => readdirSync(folder)).toEqual(['gatekeeper-requests.json']);
  const { entries } = JSON.parse(readFileSync(path.join(folder, 'gatekeeper-requests.json'), 'utf8'));
  expect(entries).toContainEqual(
    expect.objectContaining({
      type: 'document',
      url: shop.url('export'),
      flags: expect.arrayContaining([{ flag: 'MY_NEW_FEATURE', variant: 'NOT_VISIBLE', source: 'default' }]),
    }),
  );
});

test.each(['light', 'dark'])('the panel has no accessibility violations in the %s theme', async (theme) => {
  const { panel } = await shopInspected('axe');
  await chromium.letAllow(new URL(shop.url('axe')).origin);
  await panel.evaluate((scheme) => {
    document.documentElement.dataset.theme = scheme;
  }, theme);
  const violations = async () => {
    await panel.evaluate(axe.source);
    const { violations: found } = (await panel.evaluate('axe.run()')) as AxeResults;
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ failureSummary, target }) => `${id} ${target}: ${failureSummary}`),
    );
  };

  const list = await violations();
  await panel.click('[data-evaluated=MY_NEW_FEATURE]');
  await panel.waitForSelector('aside button');
  const open = await violations();
  await press(panel, 'Clear');
  await panel.waitForSelector('.log .notice');

  expect({ list, open, empty: await violations() }).toEqual({ list: [], open: [], empty: [] });
});
