import '../../fakes/started-browser.ts';

import { setImmediate as settled } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { showBadge, shownBadge } from '../../../extension/browser/badge.ts';
import { keepBadges } from '../../../extension/browser/keep-badges.ts';
import type { FakeBrowser } from '../../fakes/fake-browser.ts';
import { overrideCookie } from '../../fakes/override-cookie.ts';
import { PageWorld } from '../../fakes/page-world.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';
import { unhandledRejections } from '../../fakes/unhandled-rejections.ts';

const TALLY = { origin: 'https://shop.example', cookie: 'gatekeeper', count: 2 };

/** A browser whose background runs, and whose tab 7 has been counted and then wiped by a load. */
async function browserAfterLoad(page: PageWorld): Promise<FakeBrowser> {
  const browser = startedBrowser();
  browser.openTabs.push({ id: 7, page });
  keepBadges();
  await showBadge(7, TALLY);
  browser.badges.clear();
  return browser;
}

test('a tab that has loaded is counted again', async () => {
  const page = new PageWorld();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const browser = await browserAfterLoad(page);

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[7, '1']])));
  expect(await shownBadge(7)).toEqual({ ...TALLY, count: 1 });
});

test('a tab that is loading yet, or was never counted, is left alone', async () => {
  const browser = await browserAfterLoad(new PageWorld());

  browser.tabs.onUpdated.emit(7, { status: 'loading' });
  browser.tabs.onUpdated.emit(7, {});
  browser.tabs.onUpdated.emit(8, { status: 'complete' });
  await settled();

  expect(browser.injections).toEqual([]);
});

test('a tab that has gone to another site is forgotten, and its cookies are not looked at', async () => {
  const page = new PageWorld('https://other.example/');
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const browser = await browserAfterLoad(page);

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(async () => expect(await shownBadge(7)).toBeUndefined());
  expect(browser.badges.size).toBe(0);
  expect(page.cookieTouches).toBe(0);
});

test('a tab that the browser lets nobody into any more is forgotten', async () => {
  const browser = await browserAfterLoad(new PageWorld());
  browser.execute = async () => [];

  browser.tabs.onUpdated.emit(7, { status: 'complete' });

  await vi.waitFor(async () => expect(await shownBadge(7)).toBeUndefined());
});

test('a tab that closes is forgotten', async () => {
  const browser = await browserAfterLoad(new PageWorld());

  browser.tabs.onRemoved.emit(7);

  await vi.waitFor(() => expect(browser.stored.size).toBe(0));
});

test('a tab that closes while it is counted troubles nobody', async () => {
  const browser = await browserAfterLoad(new PageWorld());

  const left = await unhandledRejections(async () => {
    browser.tabs.onUpdated.emit(7, { status: 'complete' });
    browser.openTabs.pop();
    await settled();
  });

  expect(left).toEqual([]);
});
