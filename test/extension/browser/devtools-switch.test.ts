import '../../fakes/started-browser.ts';

import { expect, test } from 'vitest';
import { devtoolsSwitch, switchDevtools } from '../../../extension/browser/devtools-switch.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

test('where the panel is no choice there is no switch', async () => {
  startedBrowser();

  expect(await devtoolsSwitch()).toBeUndefined();
});

test('the panel is switched on and off by its permission', async () => {
  const browser = startedBrowser();
  browser.manifest = { optional_permissions: ['devtools'] };

  expect(await devtoolsSwitch()).toBe(false);
  await switchDevtools(true);
  expect([await devtoolsSwitch(), ...browser.granted]).toEqual([true, 'devtools']);
  await switchDevtools(false);
  expect(await devtoolsSwitch()).toBe(false);
});

test('whoever refuses the permission has not switched it on', async () => {
  const browser = startedBrowser();
  browser.manifest = { optional_permissions: ['devtools'] };
  browser.isWilling = false;

  await switchDevtools(true);

  expect(await devtoolsSwitch()).toBe(false);
});
