import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { createShop } from '../../../examples/shop/app.ts';
import { openRules } from '../../../examples/shop/rules.ts';
import { startServerProgram } from '../../helpers/processes/process.ts';
import { ROOT } from '../../helpers/repository/source-tree.ts';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { serve } from '../sites/recording-server.ts';

const rules = closeAfterFile(await openRules());
const shop = createShop({ hour: () => 14, rules });
const { outputFiles } = await build({
  entryPoints: [path.join(import.meta.dirname, 'ofrep-client.ts')],
  bundle: true,
  format: 'esm',
  write: false,
});
const PAGES: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/client': ['text/html', '<!doctype html><title>Loading</title><script type="module" src="/client.js"></script>'],
  '/client.js': ['text/javascript', outputFiles[0]?.text ?? ''],
};
const site = closeAfterFile(
  await serve((request, response) => {
    const [type, body] = PAGES[request.url ?? ''] ?? [];
    if (type === undefined) shop(request, response);
    else response.writeHead(200, { 'Content-Type': type }).end(body);
  }),
);

const BULK = '/ofrep/v1/evaluate/flags';
const shown = async (tab: Tab): Promise<unknown> => {
  const title = await tab.page.title();
  return title.startsWith('{') ? JSON.parse(title) : title;
};
const PLAIN = { checkout: 'CLASSIC', isOverridden: false, percentOff: 0, margins: 'FLAG_NOT_FOUND' };

inEachBrowser((browser) => {
  test('OpenFeature’s client shows what the popup has chosen after a reload, and what the rules say at once', async () => {
    const tab = await browser().open(site.url('client', '/client'));
    await eventually(() => shown(tab)).toEqual(PLAIN);
    const popup = await tab.openPopup();

    await popup.choose('CHECKOUT_FLOW', 'WIZARD');
    await popup.choose('LOYALTY_PRICES', 'MEMBERS');
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper', expect.stringContaining('MEMBERS'));
    await popup.close();
    await tab.reload();
    const chosen = { ...PLAIN, checkout: 'WIZARD', isOverridden: true, percentOff: 15 };
    await eventually(() => shown(tab)).toEqual(chosen);

    rules.change((text) => {
      const { flags, ...rest } = JSON.parse(text);
      const rule = { state: 'ENABLED', variants: { MEMBERS: 40 } };
      return JSON.stringify({ ...rest, flags: { ...flags, LOYALTY_PRICES: rule } });
    });
    await eventually(() => shown(tab)).toEqual({ ...chosen, percentOff: 40 });

    const again = await tab.openPopup();
    await again.click('Clear all choices');
    await eventually(() => tab.cookies()).not.toHaveProperty('gatekeeper');
    await again.close();
    await tab.reload();
    await eventually(() => shown(tab)).toEqual(PLAIN);
    expect(site.received('client').some((one) => one.path === BULK)).toBe(true);
  });

  test('the page of examples/react shows the popup’s choice without another variant before and without a request', async () => {
    const origin = await startServerProgram([path.join(ROOT, 'examples/react/server.mjs')], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'development', PORT: '0' },
    });
    const tab = await browser().open(origin.replace('127.0.0.1', 'react.localhost'));
    const errors: string[] = [];
    const requests: string[] = [];
    tab.page.on('console', (message) => {
      const isIcon = message.location().url?.endsWith('favicon.ico') === true;
      if (['error', 'warn'].includes(message.type()) && !isIcon) errors.push(message.text());
    });
    tab.page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await tab.page.evaluateOnNewDocument(recordTexts);
    const popup = await tab.openPopup();
    await popup.choose('CHECKOUT', 'ONE_PAGE');
    await popup.choose('LIMIT', 'MANY');
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper', expect.stringContaining('MANY'));
    await popup.close();
    requests.length = 0;

    await tab.reload();
    await eventually(async () => {
      await tab.page.click('button');
      return Number(await tab.page.$eval('#lamps', (element) => element.textContent));
    }).toBe(10);

    const texts = await tab.page.evaluate(() => (globalThis as unknown as { texts: readonly string[] }).texts);
    expect(new Set(texts)).toEqual(new Set(['Address and payment on one page']));
    expect(requests).not.toContain(BULK);
    expect(errors).toEqual([]);
    const used = await tab.openPopup();
    expect(await used.text('CHECKOUT')).toMatch(/ONE_PAGE · your choice.*on this page/);
  });
});

/** Runs in the page: records every text of the element that depends on a flag. */
function recordTexts(): void {
  const texts: string[] = [];
  Object.assign(globalThis, { texts });
  const record = (): void => {
    const text = document.querySelector('#checkout')?.textContent;
    if (text) texts.push(text);
  };
  new MutationObserver(record).observe(document, { childList: true, subtree: true, characterData: true });
  record();
}
