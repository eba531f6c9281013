import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { openShortcutSettings, popupShortcut } from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test.each(['Alt+Shift+G', '', undefined])('the shortcut %j is returned', async (shortcut) => {
  installFakeBrowser().shortcut = shortcut;

  expect(await popupShortcut()).toBe(shortcut);
});

test('Chromium’s page for shortcuts is opened by its URL', async () => {
  const browser = installFakeBrowser();

  await openShortcutSettings();

  expect(browser.openedPages).toEqual(['chrome://extensions/shortcuts']);
});

test('Firefox opens its page for shortcuts with its own method', async () => {
  const browser = installFakeBrowser();
  const openPage = async (): Promise<void> => void browser.openedPages.push('shortcuts');
  Object.defineProperty(browser, 'commands', { value: { openShortcutSettings: openPage } });

  await openShortcutSettings();

  expect(browser.openedPages).toEqual(['shortcuts']);
});
