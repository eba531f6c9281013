import '../../fakes/started-browser.ts';

import { expect, test } from 'vitest';
import { openShortcutSettings, popupShortcut } from '../../../extension/browser/shortcuts.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

test.each(['Alt+Shift+G', '', undefined])('a browser whose shortcut is %j tells it', async (shortcut) => {
  startedBrowser().shortcut = shortcut;

  expect(await popupShortcut()).toBe(shortcut);
});

test('Chromium’s page of shortcuts is opened by its address', async () => {
  const browser = startedBrowser();

  await openShortcutSettings();

  expect(browser.opened).toEqual(['chrome://extensions/shortcuts']);
});

test('Firefox opens its page of shortcuts itself', async () => {
  const browser = startedBrowser();
  const openIt = async (): Promise<void> => void browser.opened.push('shortcuts');
  Object.defineProperty(browser, 'commands', { value: { openShortcutSettings: openIt } });

  await openShortcutSettings();

  expect(browser.opened).toEqual(['shortcuts']);
});
