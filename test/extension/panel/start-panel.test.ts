import '../../fakes/browser/global-browser.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { harEntry } from '../../fakes/browser/fake-devtools.ts';
import { installFakeBrowser } from '../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../fakes/page/page-world.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { siteManifest } from '../../helpers/site-manifest.ts';

const SHOP = 'https://shop.example';

const all = (selector: string): readonly HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string): HTMLElement => {
  const [found, ...others] = all(selector);
  if (found === undefined || others.length > 0) throw new Error(`${1 + others.length} elements match ${selector}`);
  return found;
};
const button = (text: string): HTMLElement => {
  const found = all('button').find(({ textContent }) => textContent === text);
  if (found === undefined) throw new Error(`no button ${text}`);
  return found;
};

test('the assembled panel lists requests, asks for access, overrides, follows navigations, exports and clears', async () => {
  const browser = installFakeBrowser();
  browser.acceptsPermissions = false;
  const page = new PageWorld();
  page.server = async () => {
    const manifest = JSON.stringify(siteManifest(page.jar.header()));
    return new Response(manifest, { headers: { 'content-type': 'application/json' } });
  };
  const { devtools } = browser;
  devtools.panels.themeName = 'dark';
  devtools.earlierEntries.push(harEntry(`${SHOP}/`, 'gk.CHECKOUT;desc="CLASSIC default"'));
  devtools.sendHar();

  await import('../../../extension/panel/start-panel.tsx');
  expect(document.documentElement.dataset.theme).toBe('dark');
  await vi.waitFor(() => expect(one('[data-evaluated]').textContent).toBe('CHECKOUT CLASSIC default'));

  one('[data-evaluated=CHECKOUT]').click();
  await vi.waitFor(() => button('Allow on shop.example'));
  expect(browser.requestedOrigins).toEqual([]); // no request for access before the click

  button('Allow on shop.example').click();
  await vi.waitFor(() => expect(one('aside [role=alert]').textContent).toBe('The browser did not grant access.'));
  expect(browser.requestedOrigins).toEqual([`${SHOP}/*`]);

  browser.acceptsPermissions = true;
  browser.openTabs.push({ id: 7, page, url: `${SHOP}/` });
  button('Allow on shop.example').click();
  await vi.waitFor(() => one('aside [data-flag=CHECKOUT]'));
  expect(all('aside [data-flag]')).toHaveLength(1);

  one('aside input[value=ONE_PAGE]').click();
  await vi.waitFor(() => expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' })));

  button('Reload page').click();
  await vi.waitFor(() => expect(browser.reloads).toEqual([{ tabId: 7, bypassCache: true }]));

  devtools.network.onNavigated.emit(`${SHOP}/cart`);
  devtools.network.onRequestFinished.emit(harEntry(`${SHOP}/cart`, 'gk.CHECKOUT;desc="ONE_PAGE override"'));
  devtools.network.onRequestFinished.emit(harEntry('data:text/plain,not a request to a server'));
  await vi.waitFor(() => expect(all('.log li')).toHaveLength(3));
  expect(one('.navigation').textContent).toBe(`Navigated to ${SHOP}/cart`);
  expect(one('.mine').textContent).toBe('CHECKOUT ONE_PAGE your choice');

  const streamed = '<script type="application/json" id="gatekeeper-used">{"SEARCH":"FUZZY rule"}</script>';
  const getContent = (callback: (content: string, encoding: string) => void) => callback(streamed, '');
  devtools.network.onRequestFinished.emit({ ...harEntry(`${SHOP}/streamed`), getContent });
  await vi.waitFor(() => expect(one('[data-evaluated=SEARCH]').textContent).toBe('SEARCH FUZZY rule'));
  expect(all('.log li')).toHaveLength(4);

  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  await vi.waitFor(() => expect(all('aside')).toEqual([]));

  const saved: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
  onTestFinished(() => void vi.restoreAllMocks());
  button('Export JSON').click();
  expect(JSON.parse((await saved[0]?.text()) ?? '')).toMatchObject({
    gatekeeperRequests: 1,
    entries: [
      { url: `${SHOP}/` },
      { navigation: `${SHOP}/cart` },
      { url: `${SHOP}/cart` },
      { url: `${SHOP}/streamed` },
    ],
  });

  button('Clear').click();
  await vi.waitFor(() => expect(one('[role=status] h2').textContent).toBe('No requests yet'));
});
