import '../../fakes/started-browser.ts';

import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../../../extension/app/settings.ts';
import { changeSettings, loadSettings, onSettings } from '../../../extension/browser/settings-store.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

test('what is set outlives the browser session, and the other settings stay', async () => {
  const browser = startedBrowser();
  expect(await loadSettings()).toEqual(DEFAULT_SETTINGS);

  await changeSettings({ theme: 'dark' });
  await changeSettings({ manifestPaths: new Map([['https://shop.example', '/flags.json']]) });

  expect(await loadSettings()).toEqual({
    ...DEFAULT_SETTINGS,
    theme: 'dark',
    manifestPaths: new Map([['https://shop.example', '/flags.json']]),
  });
  expect([...browser.kept.keys()]).toEqual(['settings']);
  expect(browser.stored.size).toBe(0);
});

test('of two settings that are set at once both are kept, and one that failed holds up no other', async () => {
  const browser = startedBrowser();
  const { set } = browser.storage.local;
  browser.storage.local.set = async () => {
    browser.storage.local.set = set;
    throw new Error('QuotaExceededError');
  };

  const changes = [
    changeSettings({ language: 'fr' }),
    changeSettings({ theme: 'dark' }),
    changeSettings({ reload: 'automatic' }),
  ];

  await expect(Promise.allSettled(changes)).resolves.toMatchObject([{ status: 'rejected' }, {}, {}]);
  expect(await loadSettings()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', reload: 'automatic' });
});

test('every page hears of what is set, and of nothing else that is stored', async () => {
  const browser = startedBrowser();
  const heard: Settings[] = [];
  onSettings((settings) => heard.push(settings));

  await changeSettings({ language: 'ja' });
  await browser.storage.local.set({ presets: [] });
  await browser.storage.session.set({ settings: { theme: 'dark' } });
  await browser.storage.local.remove('settings');

  expect(heard).toEqual([{ ...DEFAULT_SETTINGS, language: 'ja' }, DEFAULT_SETTINGS]);
});
