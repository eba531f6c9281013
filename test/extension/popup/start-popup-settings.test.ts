import '../../fakes/browser/global-browser.ts';
import { expect, test, vi } from 'vitest';
import { changeSettings } from '../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowser } from '../../fakes/browser/global-browser.ts';
import { createLocks } from '../../fakes/browser/global-locks.ts';
import { PageWorld } from '../../fakes/page/page-world.ts';
import { siteManifest } from '../../helpers/site-manifest.ts';

const root = document.documentElement;
const click = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click();

test('the popup uses the user’s theme, language, manifest path and reload mode, and applies settings that change meanwhile', async () => {
  const browser = installFakeBrowser();
  Object.defineProperty(navigator, 'locks', { value: createLocks() });
  const page = new PageWorld();
  page.server = async () => Response.json(siteManifest(page.jar.header()));
  browser.openTabs.push({ id: 7, active: true, page, url: 'https://shop.example/lamps' });
  await changeSettings(() => ({
    theme: 'dark',
    language: 'de',
    manifestPaths: new Map([['https://shop.example', '/flags.json']]),
  }));

  await import('../../../extension/popup/start-popup.tsx');

  expect([root.dataset.theme, root.lang, root.dir]).toEqual(['dark', 'de', 'ltr']);
  expect(document.body.textContent).toContain('Seite neu laden');
  expect(page.requests.map(({ url }) => url)).toEqual(['https://shop.example/flags.json']);

  click('[data-flag=CHECKOUT] input[value=ONE_PAGE]');
  await vi.waitFor(() => expect(page.requests).toHaveLength(2));
  expect(browser.reloads).toEqual([]);

  await changeSettings(() => ({ theme: 'light', language: undefined, reload: 'automatic' }));
  await vi.waitFor(() => expect(document.body.textContent).toContain('Reload page'));
  expect([root.dataset.theme, root.lang]).toEqual(['light', 'en']);

  click('[data-flag=SEARCH] input[value=FUZZY]');
  await vi.waitFor(() => expect(browser.reloads).toEqual([{ tabId: 7, bypassCache: true }]));
});
