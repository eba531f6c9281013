import '../../../fakes/browser/global-browser.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { TabPage } from '../../../../extension/browser/page/tab-page.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const ORIGIN = 'https://shop.example';

function browserAtPage(): { readonly browser: FakeBrowser; readonly page: PageWorld } {
  const browser = installFakeBrowser();
  const page = new PageWorld(`${ORIGIN}/`);
  browser.openTabs.push({ id: 7, page, url: `${ORIGIN}/` });
  return { browser, page };
}

afterEach(() => void vi.useRealTimers());

test('if the page unloads before the function ends, the function runs in the next page', async () => {
  const { browser, page } = browserAtPage();
  const { execute } = browser;
  let unloads = 2;
  browser.execute = (injection) =>
    unloads-- > 0 ? Promise.reject(new Error('Frame with ID 0 was removed.')) : execute(injection);

  const result = await new TabPage(7).accessCookies(ORIGIN, {
    name: 'gatekeeper',
    expected: null,
    text: 'gatekeeper=A',
  });

  expect(result).toMatchObject({ kind: 'done', value: { swapped: true } });
  expect(page.jar.read()).toBe('gatekeeper=A');
});

test('a frozen page is no longer waited for once another page has loaded', async () => {
  const { browser } = browserAtPage();
  const { execute } = browser;
  browser.execute = () => new Promise(() => {});
  const result = new TabPage(7).accessCookies(ORIGIN);
  browser.execute = execute;

  browser.tabs.onUpdated.emit(8, { status: 'complete' });
  browser.tabs.onUpdated.emit(7, { status: 'loading' });
  expect(browser.injections).toHaveLength(1);
  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  expect(await result).toMatchObject({ kind: 'done', value: { pairs: [] } });
  expect(browser.tabs.onUpdated.listeners.size).toBe(0);
});

test('functions that write get a deadline of five seconds', async () => {
  vi.useFakeTimers();
  const { browser } = browserAtPage();

  await new TabPage(7).accessCookies(ORIGIN);
  await new TabPage(7).send(ORIGIN, { method: 'POST', path: '/gatekeeper/grant' });

  expect(browser.injections.map(({ args }) => args?.[2])).toEqual([Date.now() + 5_000, Date.now() + 5_000]);
});
