import { readdirSync } from 'node:fs';
import os from 'node:os';
import { expect, test } from 'vitest';
import { ChromeScope } from '../e2e/drivers/chrome-scope.ts';
import { until } from '../e2e/drivers/waiting.ts';
import { interrupt, runBrowseCommand } from '../helpers/package/browse-command.ts';
import { consumerOf } from '../helpers/package/consumer.ts';
import { startServerProgram } from '../helpers/processes/process.ts';

const EXPRESS_5 = { express: 'express' };

test('browse opens the page in Chromium; the extension’s button is in the toolbar, and its popup shows the flags', async () => {
  const { folder } = consumerOf('running', EXPRESS_5);
  const url = await startServerProgram(['server.mjs', 'express'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });

  const { browser } = await runBrowseCommand(folder, 'chromium', url);

  const page = await until('the page is open', async () =>
    (await browser.pages()).find((one) => one.url() === `${url}/`),
  );
  const [extension] = await until('the extension is installed', async () => {
    const extensions = [...(await browser.extensions()).values()];
    return extensions.length > 0 ? extensions : undefined;
  });
  if (extension === undefined) throw new Error('the extension is not installed');
  await page.triggerExtensionAction(extension);
  const target = await browser.waitForTarget((one) => one.url().endsWith('/popup.html'));
  const popup = await target.asPage();
  await popup.waitForSelector('[data-flag=SEARCH]');
  expect(await popup.evaluate('chrome.action.getUserSettings()')).toEqual({ isOnToolbar: true });
});

test('browse --firefox opens Firefox, and the extension’s button is in the toolbar', async () => {
  const { folder } = consumerOf('running', EXPRESS_5);
  const url = await startServerProgram(['server.mjs', 'express'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });

  const { browser } = await runBrowseCommand(folder, 'firefox', url);

  const scope = await ChromeScope.of(browser);
  const state = await scope.run(`
    const addon = await AddonManager.getAddonByID('gatekeeper@gatekeeper-flags.dev');
    const { area } = CustomizableUI.getPlacementOfWidget('gatekeeper_gatekeeper-flags_dev-browser-action') ?? {};
    return JSON.stringify({ name: addon?.name, isActive: addon?.isActive, isTemporary: addon?.temporarilyInstalled, area });`);
  expect(JSON.parse(state ?? '')).toEqual({ name: 'Gatekeeper', isActive: true, isTemporary: true, area: 'nav-bar' });
});

test('Ctrl-C closes the browser and removes its profile', async () => {
  const { folder } = consumerOf('running', EXPRESS_5);
  const url = await startServerProgram(['server.mjs', 'express'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });
  const profiles = () => readdirSync(os.tmpdir()).filter((name) => name.startsWith('gatekeeper-browser-'));
  const before = profiles();
  const { browser, command } = await runBrowseCommand(folder, 'chromium', url);
  // The other tests' profiles are removed at any time.
  const [profile, ...others] = profiles().filter((name) => !before.includes(name));
  expect([profile, ...others]).toEqual([expect.any(String)]);
  const disconnected = new Promise((resolve) => browser.once('disconnected', resolve));

  await interrupt(command);

  await disconnected;
  expect(profiles()).not.toContain(profile);
});
