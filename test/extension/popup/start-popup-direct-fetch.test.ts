import '../../fakes/browser/global-browser.ts';
import { expect, test, vi } from 'vitest';
import { installFakeBrowser } from '../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../fakes/page/page-world.ts';
import { siteManifest } from '../../helpers/site-manifest.ts';

const button = (): HTMLElement | undefined =>
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Allow access to this site');

test('if the page blocks the request, one click allows access to the site and shows its flags', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] }); // the popup's refresh must not run after the test
  const browser = installFakeBrowser();
  const page = new PageWorld();
  page.server = () => {
    page.violate('connect-src');
    return Promise.reject(new TypeError('NetworkError when attempting to fetch resource.'));
  };
  vi.stubGlobal('fetch', async () => Response.json(siteManifest(page.jar.header())));
  browser.openTabs.push({
    id: 7,
    active: true,
    page,
    url: 'https://shop.example/',
    cookieStoreId: 'firefox-default',
  });
  browser.acceptsPermissions = false;
  await import('../../../extension/popup/start-popup.tsx');

  button()?.click();
  await vi.waitFor(() => expect(browser.requestedOrigins).toEqual(['https://shop.example/*']));
  expect(document.querySelector('[data-flag]')).toBeNull();

  browser.acceptsPermissions = true;
  button()?.click();
  await vi.waitFor(() => expect(document.querySelector('[data-flag=CHECKOUT]')).not.toBeNull());

  document.querySelector<HTMLElement>('[data-flag=CHECKOUT] input[value=ONE_PAGE]')?.click();
  await vi.waitFor(() => expect(page.jar.read()).toContain('ONE_PAGE'));
});
