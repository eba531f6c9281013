import '../../../fakes/browser/global-browser.ts';
import { setImmediate as settled } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import {
  borrowAccess,
  canCapture,
  isAccessBorrowed,
  returnAccess,
} from '../../../../extension/browser/compare/picture-access.ts';
import {
  keepRestoring,
  restoreComparisons,
  storeNote,
} from '../../../../extension/browser/compare/restore-comparisons.ts';
import { keepBadges } from '../../../../extension/browser/tabs/keep-badges.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

function installFirefox(): FakeBrowser {
  const browser = installFakeBrowserWithLocks();
  Object.assign(browser.runtime, { getBrowserInfo: () => {} });
  return browser;
}

/** Borrows the access until the returned function is called. */
async function borrowed(): Promise<() => Promise<void>> {
  let end = (): void => {};
  const isBorrowed = borrowAccess(
    () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  );
  await settled();
  return () => {
    end();
    return isBorrowed;
  };
}

test('Firefox takes pictures after a reload only with access to all sites', async () => {
  const browser = installFakeBrowserWithLocks();
  expect(await canCapture()).toBe(true);

  Object.assign(browser.runtime, { getBrowserInfo: () => {} });
  browser.grantedPermissions.add('https://shop.example/*');
  expect(await canCapture()).toBe(false);
  browser.grantedPermissions.add('<all_urls>');

  expect(await canCapture()).toBe(true);
});

test('access to all sites is asked for before anything else, as browsers require of a click handler', () => {
  const browser = installFirefox();

  void borrowAccess(async () => {});

  expect(browser.requestedOrigins).toEqual(['<all_urls>']);
});

test('the access is there while it is used, and is given back with the next restoring', async () => {
  const browser = installFirefox();
  const end = await borrowed();
  await restoreComparisons();
  expect(await canCapture()).toBe(true);

  await end();
  await restoreComparisons();

  expect(await canCapture()).toBe(false);
  expect(browser.localItems.size).toBe(0);
});

test('if the user refuses, nothing is compared, and nothing remains to be given back', async () => {
  const browser = installFirefox();
  browser.acceptsPermissions = false;
  const compare = vi.fn();

  await borrowAccess(compare);
  await returnAccess();

  expect(compare).not.toHaveBeenCalled();
  expect(browser.localItems.size).toBe(0);
});

test('access that a crash of the browser left is given back when the background starts', async () => {
  const browser = installFirefox();
  browser.grantedPermissions.add('<all_urls>');
  browser.localItems.set('borrowed-access', true);

  keepRestoring();

  await vi.waitFor(() => expect([...browser.grantedPermissions]).toEqual([]));
});

test('the access stays until the choice of before is restored', async () => {
  const browser = installFirefox();
  await (await borrowed())();
  const cookie = { name: 'gatekeeper', maxAge: 604_800 };
  await storeNote({ tabId: 7, origin: 'https://shop.example', cookie, flag: 'CHECKOUT', before: null });

  await restoreComparisons();
  expect(await canCapture()).toBe(true);
  browser.openTabs.push({ id: 7, page: new PageWorld() });
  await restoreComparisons();

  expect(await canCapture()).toBe(false);
});

test('access to all sites that the user gave in the browser’s settings is not given back', async () => {
  const browser = installFirefox();
  browser.grantedPermissions.add('<all_urls>');

  await returnAccess();

  expect(await canCapture()).toBe(true);
  expect(await isAccessBorrowed()).toBe(false);
});

test('borrowed access pins no site: the background reads no page', async () => {
  const browser = installFirefox();
  Object.assign(browser.permissions, {
    contains: async () => browser.grantedPermissions.has('<all_urls>'), // which covers every site
  });
  const page = new PageWorld('https://other.example/');
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  browser.openTabs.push({ id: 8, page, url: 'https://other.example/' });
  keepBadges();
  const end = await borrowed();

  browser.tabs.onUpdated.emit(8, { status: 'complete' });
  await settled();
  expect(browser.injections).toEqual([]);

  await end();
  browser.localItems.clear(); // now it is the user's own
  browser.tabs.onUpdated.emit(8, { status: 'complete' });
  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[8, '1']])));
});
