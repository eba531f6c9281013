import '../../../fakes/browser/global-browser.ts';
import { setImmediate as settled } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { showBadge, shownBadge } from '../../../../extension/browser/tabs/badge.ts';
import { keepBadges } from '../../../../extension/browser/tabs/keep-badges.ts';
import { pin, unpin } from '../../../../extension/browser/tabs/site-permissions.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

const BADGE_COUNT = { origin: 'https://shop.example', cookie: 'gatekeeper', count: 2 };

/** A browser with a running background; the badge of tab 7 was shown and then cleared by a load. */
async function browserAfterLoad(page: PageWorld): Promise<FakeBrowser> {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7, page });
  keepBadges();
  await showBadge(7, BADGE_COUNT);
  browser.badges.clear();
  return browser;
}

test('the overrides are counted again when a tab has loaded', async () => {
  const page = new PageWorld();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const browser = await browserAfterLoad(page);

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[7, '1']])));
  expect(await shownBadge(7)).toEqual({ ...BADGE_COUNT, count: 1 });
});

test('a tab that is still loading, or was never counted, is not accessed', async () => {
  const browser = await browserAfterLoad(new PageWorld());

  browser.tabs.onUpdated.emit(7, { status: 'loading' });
  browser.tabs.onUpdated.emit(7, {});
  browser.tabs.onUpdated.emit(8, { status: 'complete' });
  await settled();

  expect(browser.injections).toEqual([]);
});

test('after a tab navigates to another site, its count is deleted and its cookies are not read', async () => {
  const page = new PageWorld('https://other.example/');
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const browser = await browserAfterLoad(page);

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(async () => expect(await shownBadge(7)).toBeUndefined());
  expect(browser.badges.get(7)).toBe('');
  expect(page.cookieAccesses).toBe(0);
});

test('after the permission is gone, the count of a tab is deleted', async () => {
  const browser = await browserAfterLoad(new PageWorld());
  browser.execute = async () => [];

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(async () => expect(await shownBadge(7)).toBeUndefined());
});

test('the overrides of a pinned site are counted on every page, without a click', async () => {
  const page = new PageWorld('https://shop.example/lamps');
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7, page, url: 'https://shop.example/lamps' });
  browser.grantedPermissions.add('https://shop.example/*');
  keepBadges();

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[7, '2']])));
  expect(browser.titles.get(7)).toBe('Gatekeeper: your choices on this site: 2');
  expect(await shownBadge(7)).toEqual(BADGE_COUNT);
});

test('on a pinned site, the name of the override cookie is guessed if it is unknown', async () => {
  const page = new PageWorld('https://shop.example/lamps');
  page.jar.write('__Host-gatekeeper=%7B%22A%22%3A%22ON%22%7D; Secure; Path=/');
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7, page, url: 'https://shop.example/lamps' });
  browser.grantedPermissions.add('https://shop.example/*');
  keepBadges();

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(async () => expect(await shownBadge(7)).toMatchObject({ cookie: '__Host-gatekeeper', count: 1 }));
});

test('a site that is not pinned is not accessed, even if its URL is known', async () => {
  const page = new PageWorld('https://other.example/');
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7, page, url: 'https://other.example/' });
  browser.grantedPermissions.add('https://shop.example/*');
  keepBadges();

  browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await settled();

  expect(browser.injections).toEqual([]);
});

test('the badge appears when a site is pinned, and disappears when it is unpinned', async () => {
  const page = new PageWorld('https://shop.example/lamps');
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7, page, url: 'https://shop.example/lamps' }, { id: 8, url: 'https://other.example/' });
  keepBadges();

  await pin('https://shop.example');
  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[7, '1']])));
  browser.execute = async () => [];
  await unpin('https://shop.example');

  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[7, '']])));
  expect(browser.titles.get(7)).toBe('Gatekeeper: feature flags of this site');
  expect(browser.sessionItems.size).toBe(0);
});

test('the count of a closed tab is deleted', async () => {
  const browser = await browserAfterLoad(new PageWorld());

  browser.tabs.onRemoved.emit(7);

  await vi.waitFor(() => expect(browser.sessionItems.size).toBe(0));
});

test('a tab that closes while it is counted causes no unhandled rejection', async () => {
  const browser = await browserAfterLoad(new PageWorld());

  const { execute } = browser;
  browser.execute = async (injection) => {
    const results = await execute(injection);
    browser.openTabs.pop();
    return results;
  };

  const left = await unhandledRejections(async () => {
    browser.tabs.onUpdated.emit(7, { status: 'complete' });
    await vi.waitFor(() => expect(browser.openTabs).toEqual([]));
    await settled();
  });

  expect(left).toEqual([]);
});
