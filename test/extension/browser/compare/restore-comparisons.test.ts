import '../../../fakes/browser/global-browser.ts';
import { setImmediate as settled } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { ComparisonNote } from '../../../../extension/app/compare/restore-choice.ts';
import {
  keepRestoring,
  restoreComparisons,
  storeNote,
  whileComparing,
} from '../../../../extension/browser/compare/restore-comparisons.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const BEFORE = overrideCookie({ CHECKOUT: 'CLASSIC' });
const LEFT = overrideCookie({ CHECKOUT: 'ONE_PAGE' });
const NOTE: ComparisonNote = {
  tabId: 7,
  origin: 'https://shop.example',
  cookie: { name: 'gatekeeper', maxAge: 604_800 },
  flag: 'CHECKOUT',
  before: BEFORE.slice('gatekeeper='.length),
};

/** A browser in which a comparison of tab 7 has left an override. */
async function browserWithLeftOverride(tabId = 7): Promise<{ browser: FakeBrowser; page: PageWorld }> {
  const page = new PageWorld();
  page.jar.write(LEFT);
  const browser = installFakeBrowserWithLocks();
  browser.openTabs.push({ id: tabId, page });
  await storeNote(NOTE);
  return { browser, page };
}

test('what a crash left is restored when the background starts, and the tab is reloaded once', async () => {
  const { browser, page } = await browserWithLeftOverride();

  keepRestoring();

  await vi.waitFor(() => expect(browser.reloads).toEqual([{ tabId: 7 }]));
  expect(page.jar.read()).toBe(BEFORE);
  expect(browser.sessionItems.size).toBe(0);
  await restoreComparisons(7);
  expect(browser.reloads).toHaveLength(1);
});

test('nothing is restored while the comparison runs; it is restored when its window has closed', async () => {
  const { browser, page } = await browserWithLeftOverride();
  let closeWindow = (): void => {};
  const running = whileComparing(
    NOTE.origin,
    () =>
      new Promise<void>((resolve) => {
        closeWindow = resolve;
      }),
  );
  keepRestoring();
  browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await settled();
  expect(page.jar.read()).toBe(LEFT);

  closeWindow();
  await running;
  browser.tabs.onRemoved.emit(8);

  await vi.waitFor(() => expect(page.jar.read()).toBe(BEFORE));
});

test('a note that is stored after the window has closed is restored', async () => {
  const { browser, page } = await browserWithLeftOverride();
  browser.sessionItems.clear();
  keepRestoring();
  browser.tabs.onRemoved.emit(8);
  await settled();

  await storeNote(NOTE);

  await vi.waitFor(() => expect(page.jar.read()).toBe(BEFORE));
});

test('a page without access is tried again when a page has loaded', async () => {
  const { browser, page } = await browserWithLeftOverride();
  const { execute } = browser;
  browser.execute = () => Promise.reject(new Error('Frame with ID 0 is showing error page'));
  keepRestoring();
  await vi.waitFor(() => expect(browser.injections.length).toBeGreaterThan(3));
  await settled();
  expect(browser.sessionItems.size).toBe(1);

  browser.execute = execute;
  await vi.waitFor(async () => {
    browser.tabs.onUpdated.emit(7, { status: 'complete' });
    await settled();
    expect(page.jar.read()).toBe(BEFORE);
  });
});

test('after the tab has closed, another tab of the site is used, and a tab of another site is not changed', async () => {
  const { browser, page } = await browserWithLeftOverride(9);
  const other = new PageWorld('https://other.example/');
  other.jar.write(LEFT);
  browser.openTabs.push({ id: 8, page: other });

  await restoreComparisons(8);
  expect(page.jar.read()).toBe(LEFT);
  await restoreComparisons(9);

  expect(page.jar.read()).toBe(BEFORE);
  expect(other.jar.read()).toBe(LEFT);
  expect(browser.reloads).toEqual([{ tabId: 9 }]);
});

test('without a comparison, no page is accessed', async () => {
  const browser = installFakeBrowserWithLocks();
  browser.openTabs.push({ id: 7, page: new PageWorld() });

  keepRestoring();
  browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await settled();

  expect(browser.injections).toEqual([]);
});
