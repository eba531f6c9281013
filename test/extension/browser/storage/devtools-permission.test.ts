import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { isPanelEnabled, setPanelEnabled } from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test('where the panel is no choice there is no switch', async () => {
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

test('whoever refuses the permission has not switched it on', async () => {
  const browser = installFakeBrowser();
  browser.manifest = { optional_permissions: ['devtools'] };
  browser.acceptsPermissions = false;

  await setPanelEnabled(true);

  expect(await isPanelEnabled()).toBe(false);
});
