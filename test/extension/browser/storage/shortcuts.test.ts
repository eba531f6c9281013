import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { openShortcutSettings, popupShortcut } from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test.each(['Alt+Shift+G', '', undefined])('a browser whose shortcut is %j tells it', async (shortcut) => {
  installFakeBrowser().shortcut = shortcut;

  expect(await popupShortcut()).toBe(shortcut);
});

test('Chromium’s page of shortcuts is opened by its address', async () => {
  const browser = installFakeBrowser();

  await openShortcutSettings();

  expect(browser.openedPages).toEqual(['chrome://extensions/shortcuts']);
});

test('Firefox opens its page of shortcuts itself', async () => {
  const browser = installFakeBrowser();
  const openIt = async (): Promise<void> => void browser.openedPages.push('shortcuts');
  Object.defineProperty(browser, 'commands', { value: { openShortcutSettings: openIt } });

  await openShortcutSettings();

  expect(browser.openedPages).toEqual(['shortcuts']);
});
