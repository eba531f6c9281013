import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import {
  isPinned,
  onPinsChanged,
  pin,
  pinnedSites,
  unpin,
} from '../../../../extension/browser/tabs/site-permissions.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test('a site is pinned when the user allows it, without other sites, until it is unpinned', async () => {
  const browser = installFakeBrowser();

  expect(await pin('http://localhost:3000')).toBe(true);
  expect([...browser.grantedPermissions]).toEqual(['http://localhost:3000/*']);
  expect(await pinnedSites()).toEqual(['http://localhost:3000']);
  expect(await isPinned('http://localhost:3000')).toBe(true);
  expect(await isPinned('http://localhost:3001')).toBe(false);

  await unpin('http://localhost:3000');
  expect(await pinnedSites()).toEqual([]);
});

test('in Firefox, a site is pinned with all of its ports, because a pattern with a port matches no page', async () => {
  const browser = installFakeBrowser();
  Object.assign(browser.runtime, { getBrowserInfo: async () => ({ name: 'Firefox' }) });

  await pin('http://localhost:3000');

  expect([...browser.grantedPermissions]).toEqual(['http://localhost/*']);
  expect(await pinnedSites()).toEqual(['http://localhost']);
  expect(await isPinned('http://localhost:3000')).toBe(true);
  await unpin('http://localhost:3000');
  expect([...browser.grantedPermissions]).toEqual([]);
});

test('a site is not pinned if the user refuses', async () => {
  const browser = installFakeBrowser();
  browser.acceptsPermissions = false;

  expect(await pin('https://shop.example')).toBe(false);
  expect(await pinnedSites()).toEqual([]);
});

test('a site whose URL is not a valid pattern is not pinned', async () => {
  const browser = installFakeBrowser();
  const refuse = () => Promise.reject(new Error('Invalid value for origin pattern'));
  Object.assign(browser.permissions, { request: refuse, contains: refuse });

  expect(await pin('http://[::1]:3000')).toBe(false);
  expect(await isPinned('http://[::1]:3000')).toBe(false);
});

test('access to all sites that was allowed on the browser’s own page can be removed', async () => {
  const browser = installFakeBrowser();
  browser.grantedPermissions.add('<all_urls>');
  const [sites = ''] = await pinnedSites();

  await unpin(sites);

  expect(await pinnedSites()).toEqual([]);
});

test('a pattern allowed on the browser’s own page is listed too, and can be removed', async () => {
  const browser = installFakeBrowser();
  browser.grantedPermissions.add('*://*/*');
  browser.grantedPermissions.add('devtools');
  let calls = 0;
  onPinsChanged(() => {
    calls += 1;
  });

  expect(await pinnedSites()).toEqual(['*://*']);
  await unpin('*://*');

  expect([...browser.grantedPermissions]).toEqual(['devtools']);
  expect(calls).toBe(1);
});
