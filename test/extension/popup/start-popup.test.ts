import '../../fakes/browser/global-browser.ts';
import { expect, test, vi } from 'vitest';
import type { FakeBrowser } from '../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../fakes/page/page-world.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { siteManifest } from '../../helpers/site-manifest.ts';

/** A browser whose active tab shows a site that uses the library. */
function browserAtShop(): { readonly browser: FakeBrowser; readonly page: PageWorld } {
  const browser = installFakeBrowser();
  const page = new PageWorld();
  page.server = async () => {
    const manifest = JSON.stringify(siteManifest(page.jar.header()));
    return new Response(manifest, { headers: { 'content-type': 'application/json' } });
  };
  browser.openTabs.push({ id: 7, active: true, page, url: 'https://shop.example/' });
  return { browser, page };
}

const one = <Element extends HTMLElement>(selector: string): Element => {
  const found = document.querySelector<Element>(selector);
  if (found === null) throw new Error(`no element matches ${selector}`);
  return found;
};
const radio = (flag: string, variant: string) =>
  one<HTMLInputElement>(`[data-flag="${flag}"] input[value="${variant}"]`);

test('the assembled popup shows the tab’s flags, writes, follows other windows, searches, reloads and closes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const close = vi.fn();
  vi.stubGlobal('close', close);
  const { browser, page } = browserAtShop();

  await import('../../../extension/popup/start-popup.tsx');
  expect(radio('CHECKOUT', '').checked).toBe(true);

  radio('CHECKOUT', 'ONE_PAGE').click();
  await vi.waitFor(() => expect(page.requests).toHaveLength(2)); // the second fetches the new evaluations
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  expect(browser.badges.get(7)).toBe('1');

  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));
  vi.advanceTimersByTime(1_000);
  await vi.waitFor(() => expect(radio('SEARCH', 'FUZZY').checked).toBe(true));

  page.jar.write(overrideCookie({ SEARCH: 'EXACT' }));
  window.dispatchEvent(new Event('focus'));
  await vi.waitFor(() => expect(radio('SEARCH', 'EXACT').checked).toBe(true));

  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }));
  const field = one<HTMLInputElement>('input[type=search]');
  expect(document.activeElement).toBe(field);
  field.value = 'pays';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  expect([...document.querySelectorAll<HTMLElement>('[data-flag]')].map(({ dataset }) => dataset.flag)).toEqual([
    'CHECKOUT',
  ]);

  browser.execute = async () => []; // Firefox after a reload
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Reload page')?.click();
  await vi.waitFor(() => expect(browser.reloads).toEqual([{ tabId: 7, bypassCache: true }]));
  browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
});
