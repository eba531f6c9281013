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

test('a site that the person lets us in to is pinned, that one and no other, until it is unpinned', async () => {
  const browser = installFakeBrowser();

  expect(await pin('http://localhost:3000')).toBe(true);
  expect([...browser.grantedPermissions]).toEqual(['http://localhost:3000/*']);
  expect(await pinnedSites()).toEqual(['http://localhost:3000']);
  expect(await isPinned('http://localhost:3000')).toBe(true);
  expect(await isPinned('http://localhost:3001')).toBe(false);

  await unpin('http://localhost:3000');
  expect(await pinnedSites()).toEqual([]);
});

test('in Firefox a site is pinned with all of its ports: a pattern with a port would match no page', async () => {
  const browser = installFakeBrowser();
  Object.assign(browser.runtime, { getBrowserInfo: async () => ({ name: 'Firefox' }) });

  await pin('http://localhost:3000');

  expect([...browser.grantedPermissions]).toEqual(['http://localhost/*']);
  expect(await pinnedSites()).toEqual(['http://localhost']);
  expect(await isPinned('http://localhost:3000')).toBe(true);
  await unpin('http://localhost:3000');
  expect([...browser.grantedPermissions]).toEqual([]);
});

test('a person who says no has pinned nothing', async () => {
  const browser = installFakeBrowser();
  browser.acceptsPermissions = false;

  expect(await pin('https://shop.example')).toBe(false);
  expect(await pinnedSites()).toEqual([]);
});

test('an address that the browser takes for no pattern is not pinned', async () => {
  const browser = installFakeBrowser();
  const refuse = () => Promise.reject(new Error('Invalid value for origin pattern'));
  Object.assign(browser.permissions, { request: refuse, contains: refuse });

  expect(await pin('http://[::1]:3000')).toBe(false);
  expect(await isPinned('http://[::1]:3000')).toBe(false);
});

test('what was allowed on the browser’s own page is listed too, and can be taken back', async () => {
  const browser = installFakeBrowser();
  browser.grantedPermissions.add('*://*/*');
  browser.grantedPermissions.add('devtools');
  let heard = 0;
  onPinsChanged(() => {
    heard += 1;
  });

  expect(await pinnedSites()).toEqual(['*://*']);
  await unpin('*://*');

  expect([...browser.grantedPermissions]).toEqual(['devtools']);
  expect(heard).toBe(1);
});
