import { expect, test } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, textOf } from '../sites/shop.ts';
import { manifestText, sendsManifest, serveStubs } from '../sites/stub-sites.ts';

const shop = closeAfterFile(await openShop());
const stubs = closeAfterFile(
  await serveStubs({ moved: { manifest: sendsManifest(manifestText()), path: '/flags.json' } }),
);

const background = (page: Popup): Promise<string> =>
  page.evaluate((window) => window.getComputedStyle(window.document.body).backgroundColor);

const language = (page: Popup): Promise<string> => page.evaluate(({ document }) => document.documentElement.lang);

const isPinned = (popup: Popup): Promise<boolean> =>
  popup.evaluate(({ document }) => document.querySelector('[aria-pressed=true].tool') !== null);

/** Chooses a file in the page's file field, as a user does in the browser's dialog. */
function chooseFile(options: Popup, text: string): Promise<void> {
  return options.evaluate(({ document }, content) => {
    const field = document.querySelector<HTMLInputElement>('input[type=file]');
    if (field === null) throw new Error('no file field');
    const chosen = new DataTransfer();
    chosen.items.add(new File([content], 'presets.json'));
    field.files = chosen.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }, text);
}

const planned = (options: Popup): Promise<readonly string[]> =>
  options.evaluate(({ document }) =>
    Array.from(document.querySelectorAll('.planned b'), ({ textContent }) => textContent ?? ''),
  );

/** The number of sites with stored presets. */
const kept = (options: Popup): Promise<number> =>
  options.evaluate(
    async ({ chrome }) =>
      Object.keys(await chrome.storage.local.get(null)).filter((key) => key.startsWith('presets:')).length,
  );

inEachBrowser((browser, name) => {
  test('a chosen theme applies at once to every open page, and to new pages', async () => {
    const tab = await browser().open(shop.url('theme'));
    const popup = await tab.openDetachedPopup();
    const options = await browser().openOptions();
    const light = await background(popup);

    await options.clickOn('input[value=dark]');
    await eventually(() => background(popup)).not.toBe(light);
    expect(await background(options)).toBe(await background(popup));
    expect(await background(await tab.openDetachedPopup())).toBe(await background(options));

    await options.clickOn('input[value=system]');
    await eventually(() => background(popup)).toBe(light);
  });

  test('with automatic reload, the page shows a choice without another click', async () => {
    const tab = await browser().open(shop.url('automatic'));
    const options = await browser().openOptions();
    await options.clickOn('input[value=automatic]');
    const popup = await tab.openPopup();

    await popup.choose('MY_NEW_FEATURE', 'VISIBLE');

    await eventually(() => textOf(tab, 'my-new-feature')).toContain('The lending room');
    if (name === 'firefox') await eventually(() => popup.isOpen()).toBe(false);
    await options.clickOn('input[value=button]');
  });

  test('a manifest at another path is found after its path is added, and not after it is removed', async () => {
    const url = stubs.url('moved');
    const tab = await browser().open(url);
    expect(await (await tab.openPopup()).statuses()).toEqual([expect.stringContaining('This site offers no flags')]);
    const options = await browser().openOptions();

    await options.write('site', url);
    await options.write('path', 'flags.json');
    await options.click('Add');
    await eventually(() => options.alerts()).toEqual([
      expect.stringContaining('Enter a path that starts with a single slash'),
    ]);
    await options.write('path', '/flags.json');
    await options.click('Add');
    await eventually(() => options.text()).toContain('/flags.json Remove');

    expect(await (await tab.openPopup()).rows()).toEqual(['CHECKOUT', 'SEARCH']);
    await options.clickOn('[aria-label^="Remove the path"]');
    await eventually(() => options.buttons()).not.toContain('Remove');
    expect(await (await tab.openPopup()).rows()).toEqual([]);
  });

  test('a chosen language applies at once to every open page', async () => {
    const tab = await browser().open(shop.url('language'));
    const popup = await tab.openDetachedPopup();
    const options = await browser().openOptions();
    const choose = (value: string) =>
      options.evaluate(({ document }, chosen) => {
        const select = document.querySelector('select');
        if (select === null) throw new Error('no select');
        select.value = chosen;
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }, value);

    await choose('ja');
    await eventually(() => popup.buttons()).toContain('ページを再読み込み');
    await eventually(async () => [await language(popup), await language(options)]).toEqual(['ja', 'ja']);
    expect(await (await tab.openDetachedPopup()).buttons()).toContain('ページを再読み込み');

    await choose('');
    await eventually(() => popup.buttons()).toContain('Reload page');
    expect(await language(popup)).toBe('en');
  });

  test('the badge counts overrides on each page of a pinned site without a click; then the site can be unpinned', async () => {
    const url = shop.url('pinned');
    const tab = await browser().open(url);
    const popup = await tab.openDetachedPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => tab.badge()).toBe('1');

    await browser().pin(popup, new URL(url).hostname);
    await eventually(() => isPinned(popup)).toBe(true);
    const another = await browser().open(`${url}?page=2`);
    await eventually(() => browser().badgeOf(another.page.url())).toBe('1');
    await another.goto(`${url}?page=3`);
    await eventually(() => browser().badgeOf(another.page.url())).toBe('1');
    const options = await browser().openOptions();
    await eventually(() => options.text()).toContain('http://pinned.localhost');

    await options.clickOn('[aria-label^=Unpin]');
    await eventually(() => options.text()).toContain('No site is pinned');
    await eventually(() => isPinned(popup)).toBe(false);
  });

  test('presets of a file are previewed, then added; the popup shows what is renamed, deleted and restored', async () => {
    const url = shop.url('filed');
    const options = await browser().openOptions();
    const markup = '<img src=x onerror=alert(1)>';
    const launch = { name: 'Launch', overrides: { PRODUCT_LAYOUT: 'LIST' } };
    const filed = {
      [new URL(url).origin]: [launch, { name: markup, overrides: { X: markup } }, 7],
      [markup]: [launch],
    };

    await chooseFile(options, JSON.stringify({ presets: filed }));
    await eventually(() => planned(options)).toEqual(['Launch', markup]);
    const text = await options.text();
    expect(text).toContain(`Entry 3 of ${new URL(url).origin} is not a scenario.`);
    expect(text).toContain(`“${markup}” is not a site with a list of scenarios.`);
    expect(await kept(options)).toBe(0);
    await options.click('Add 2 scenarios');
    await eventually(() => options.text()).toContain('2 scenarios added.');
    expect(await kept(options)).toBe(1);

    await options.clickOn('summary');
    await options.write('New name for Launch', 'Start');
    await options.click('Rename');
    await eventually(() => options.text()).toContain('Start 1 choice');
    await options.clickOn('li:last-child > details > summary');
    await options.clickOn('li:last-child > details button:last-of-type:not([type=submit])');
    await eventually(() => options.text()).toContain(`${markup} deleted.`);
    await options.click('Undo');
    await eventually(() => options.text()).toContain(`${markup} 0 choices`);
    expect(await options.evaluate(({ document }) => document.querySelectorAll('img').length)).toBe(0);

    const popup = await (await browser().open(url)).openDetachedPopup();
    await popup.click('Scenarios');
    await eventually(() => popup.buttons()).toEqual(expect.arrayContaining(['Start 1 choice', `${markup} 0 choices`]));
  });
});
