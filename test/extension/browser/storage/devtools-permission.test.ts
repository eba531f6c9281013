import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { isPanelEnabled, setPanelEnabled } from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test('a build without the optional permission has no switch', async () => {
  installFakeBrowser();

  expect(await isPanelEnabled()).toBeUndefined();
});

test('the panel is switched on and off by its permission', async () => {
  const browser = installFakeBrowser();
  browser.manifest = { optional_permissions: ['devtools'] };

  expect(await isPanelEnabled()).toBe(false);
  await setPanelEnabled(true);
  expect([await isPanelEnabled(), ...browser.grantedPermissions]).toEqual([true, 'devtools']);
  await setPanelEnabled(false);
  expect(await isPanelEnabled()).toBe(false);
});

test('the panel stays off if the user refuses the permission', async () => {
  const browser = installFakeBrowser();
  browser.manifest = { optional_permissions: ['devtools'] };
  browser.acceptsPermissions = false;

  await setPanelEnabled(true);

  expect(await isPanelEnabled()).toBe(false);
});
