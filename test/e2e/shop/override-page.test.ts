import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';
import { expect, test } from 'vitest';
import { createShop } from '../../../examples/shop/app.ts';
import type { BrowserDriver } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openGrantingShop } from '../sites/production-shop.ts';
import { serve } from '../sites/recording-server.ts';
import { openShop, overridesIn } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());
const grantingShop = closeAfterFile(await openGrantingShop());
/** The shop below a prefix that it does not know, where every page forbids what does not agree to be embedded. */
const prefixed = closeAfterFile(await serveBehindPrefix());
const LIST = encodeURIComponent('{"PRODUCT_LAYOUT":"LIST"}');

function serveBehindPrefix() {
  const app = createShop();
  return serve((request, response) => {
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    if (!request.url?.startsWith('/tools/')) return void response.writeHead(404).end();
    request.url = request.url.slice('/tools'.length);
    app(request, response);
  });
}

const radio = (flag: string, variant: string): string => `[data-flag="${flag}"] input[value="${variant}"]`;
const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate((one) => document.querySelector(one)?.textContent ?? '', selector);
const click = (page: Page, selector: string): Promise<void> =>
  page.evaluate((one) => document.querySelector<HTMLElement>(one)?.click(), selector);
const layout = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.querySelector<HTMLElement>('[data-testid=products]')?.dataset.layout);
const written = async (page: Page): Promise<unknown> => overridesIn(await page.evaluate(() => document.cookie));

/** Opens the page, and waits until it shows the flags. Returns what the browser objects to from now on. */
async function openPage(browser: BrowserDriver, url: string): Promise<{ page: Page; errors: readonly string[] }> {
  const { page } = await browser.open(new URL('/unknown', url).href); // so that nothing of the next page is missed
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await eventually(() => page.evaluate(() => document.querySelector('main')?.dataset.state)).toBe('ready');
  return { page, errors };
}

inEachBrowser((browser) => {
  test('without the extension, a choice on the page is written to the cookie, and the server renders it', async () => {
    const { page, errors } = await openPage(browser(), shop.url('page', '/gatekeeper?return=/%3Ffrom%3Dpage'));
    expect(await textOf(page, 'h1')).toBe('Demo shop');
    // The styles are applied, so the policy allows them.
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('main') as Element).display)).toBe('flex');

    await click(page, radio('PRODUCT_LAYOUT', 'LIST'));

    await eventually(() => textOf(page, '[data-flag=PRODUCT_LAYOUT]')).toContain('LIST · your choice');
    expect(await written(page)).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    expect(await textOf(page, '[data-action=reload]')).toBe('Go to the site');
    await click(page, '[data-action=reload]');
    await eventually(() => layout(page).catch(() => undefined)).toBe('LIST');
    expect(await page.evaluate(() => location.pathname + location.search)).toBe('/?from=page');
    const path = (request: { readonly path: string }): string => request.path.split('?', 1)[0] ?? '';
    const requested = new Set(
      shop
        .received('page')
        .map(path)
        .filter((one) => one.startsWith('/gatekeeper')),
    );
    expect([...requested].every((one) => /^\/gatekeeper(?:\/[\w-]+\.(?:js|css))?$/.test(one))).toBe(true);
    expect(errors).toEqual([]);
  });

  test('behind a prefix, and where every page has an embedder policy, it works all the same', async () => {
    const { page, errors } = await openPage(browser(), prefixed.url('', '/tools/gatekeeper'));

    await click(page, radio('PRODUCT_LAYOUT', 'LIST'));

    await eventually(() => written(page)).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    await eventually(() => textOf(page, '[data-flag=PRODUCT_LAYOUT]')).toContain('LIST · your choice');
    await click(page, '[data-action=reload]');
    await eventually(() => page.evaluate(() => location.pathname).catch(() => '')).toBe('/tools/');
    await eventually(() => layout(page).catch(() => undefined)).toBe('LIST');
    expect(errors.filter((text) => text.includes('Policy'))).toEqual([]);
  });

  test('a shared link asks first', async () => {
    const { page } = await openPage(browser(), `${shop.url('shared', '/gatekeeper')}#gatekeeper=${LIST}`);
    await eventually(() => textOf(page, '.proposal')).toContain('This link proposes variants');
    expect(await written(page)).toBeUndefined();

    await page.evaluate(() =>
      [...document.querySelectorAll('button')].find((one) => one.textContent === 'Add to yours')?.click(),
    );

    await eventually(() => written(page)).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    expect(await textOf(page, '.proposal')).toBe('');
  });

  test('“View as” simulates another hour, and the server renders it', async () => {
    const { page } = await openPage(browser(), shop.url('as', '/gatekeeper'));
    await click(page, '[data-action=view-as]');
    await eventually(() => textOf(page, '.view h2')).toBe('View as');

    await page.type('[name="@hour"]', '8');
    await page.keyboard.press('Enter');

    await eventually(() => written(page)).toEqual({ '@hour': '8' });
    await click(page, '[data-action=back]');
    await eventually(() => textOf(page, '[data-flag=WELCOME_BANNER]')).toContain('MORNING · code · simulated');
    await click(page, '[data-action=reload]');
    await eventually(() => textOf(page, '[data-testid=welcome-banner]').catch(() => '')).toContain('Good morning.');
  });

  test('“Go to the site” never leaves the site', async () => {
    for (const [at, address] of HOSTILE.entries()) {
      const url = shop.url(`return-${at}`, `/gatekeeper?return=${encodeURIComponent(address)}`);
      const { page } = await openPage(browser(), url);
      await click(page, '[data-action=reload]');
      await eventually(() => page.evaluate(() => location.href).catch(() => '')).toBe(shop.url(`return-${at}`));
    }
  });

  test('no page can frame it, not even one of the site', async () => {
    const { page } = await browser().open(shop.url('framed'));

    const isShown = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(Object.assign(frame, { src: '/gatekeeper' }));
      await loaded;
      return frame.contentDocument?.querySelector('link[rel=gatekeeper]') != null;
    });

    expect(isShown).toBe(false);
    const files = shop.received('framed').filter(({ path }) => path.startsWith('/gatekeeper'));
    expect(files.map(({ path }) => path)).toEqual(['/gatekeeper']);
  });

  test('the page is in the language that its reader chooses, also the next time', async () => {
    const url = shop.url('language', '/gatekeeper');
    const { page } = await openPage(browser(), url);

    await page.select('aside select', 'de');

    await eventually(() => textOf(page, '[data-action=reload]')).toBe('Zur Website');
    await page.goto(url);
    await eventually(() => textOf(page, '[data-action=reload]')).toBe('Zur Website');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  });

  test('with grants, Ada asks for permission on the page, and the server renders her choice', async () => {
    const { page } = await browser().open(grantingShop.url);
    await click(page, 'button[name=userId][value="1"]');
    await eventually(() => textOf(page, '[data-testid=signed-in-as]').catch(() => '')).toContain('Ada');
    await page.goto(`${grantingShop.url}gatekeeper`);
    await eventually(() => textOf(page, 'main')).toContain('Choosing variants needs permission on this site.');

    await page.evaluate(() =>
      [...document.querySelectorAll('button')].find((one) => one.textContent === 'Ask for permission')?.click(),
    );
    await eventually(() => textOf(page, 'main')).toContain('Your permission ends in');
    await click(page, radio('PRODUCT_LAYOUT', 'LIST'));
    await eventually(() => textOf(page, '[data-flag=PRODUCT_LAYOUT]')).toContain('LIST · your choice');

    await page.goto(grantingShop.url);
    expect(await layout(page)).toBe('LIST');
  });

  test('axe finds nothing, in light and in dark', async () => {
    const { page } = await openPage(browser(), shop.url('axe', '/gatekeeper'));
    await page.evaluate(axe.source);
    for (const scheme of ['dark', 'light'] as const) {
      await browser().preferColours(scheme);
      const { violations } = await page.evaluate(() =>
        (window as unknown as { readonly axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target}`)).toEqual([]);
    }
  });
});

const HOSTILE = ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:document.title=1', 'x'];
