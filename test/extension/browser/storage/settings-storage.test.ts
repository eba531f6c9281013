import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type Settings, withoutPath } from '../../../../extension/app/settings/settings.ts';
import {
  changeSettings,
  loadSettings,
  onSettingsChanged,
} from '../../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';

test('a changed setting is stored on disk, and the other settings stay', async () => {
  const browser = installFakeBrowserWithLocks();
  expect(await loadSettings()).toEqual(DEFAULT_SETTINGS);

  await changeSettings(() => ({ theme: 'dark' }));
  await changeSettings(() => ({ manifestPaths: new Map([['https://shop.example', '/flags.json']]) }));

  expect(await loadSettings()).toEqual({
    ...DEFAULT_SETTINGS,
    theme: 'dark',
    manifestPaths: new Map([['https://shop.example', '/flags.json']]),
  });
  expect([...browser.localItems.keys()]).toEqual(['settings']);
  expect(browser.sessionItems.size).toBe(0);
});

test('settings changed at once are all stored, and a failed change does not block the others', async () => {
  const browser = installFakeBrowserWithLocks();
  const { set } = browser.storage.local;
  browser.storage.local.set = async () => {
    browser.storage.local.set = set;
    throw new Error('QuotaExceededError');
  };

  const changes = [
    changeSettings(() => ({ language: 'fr' })),
    changeSettings(() => ({ theme: 'dark' })),
    changeSettings(() => ({ reload: 'automatic' })),
  ];

  await expect(Promise.allSettled(changes)).resolves.toMatchObject([{ status: 'rejected' }, {}, {}]);
  expect(await loadSettings()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', reload: 'automatic' });
});

test('a change is applied to the latest stored settings, also across pages', async () => {
  const browser = installFakeBrowserWithLocks();
  const paths = new Map(['a', 'b', 'c'].map((name) => [`https://${name}.example`, '/flags.json']));
  await changeSettings(() => ({ manifestPaths: paths }));
  // @ts-expect-error the query loads a second copy of the module, as in another page of the extension
  const otherPage = await import('../../../../extension/browser/storage/settings-storage.ts?another-page');

  await Promise.all([
    changeSettings(({ manifestPaths }) => ({ manifestPaths: withoutPath(manifestPaths, 'https://a.example') })),
    otherPage.changeSettings(({ manifestPaths }: Settings) => ({
      manifestPaths: withoutPath(manifestPaths, 'https://b.example'),
    })),
    otherPage.changeSettings(() => ({ theme: 'dark' })),
    changeSettings(() => ({ language: 'fr' })),
  ]);

  expect(await loadSettings()).toEqual({
    ...DEFAULT_SETTINGS,
    theme: 'dark',
    language: 'fr',
    manifestPaths: new Map([['https://c.example', '/flags.json']]),
  });
  expect(browser.localItems.size).toBe(1);
});

test('every page is notified of changed settings, and of no other stored value', async () => {
  const browser = installFakeBrowserWithLocks();
  const received: Settings[] = [];
  onSettingsChanged((settings) => received.push(settings));

  await changeSettings(() => ({ language: 'ja' }));
  await browser.storage.local.set({ presets: [] });
  await browser.storage.session.set({ settings: { theme: 'dark' } });
  await browser.storage.local.remove('settings');

  expect(received).toEqual([{ ...DEFAULT_SETTINGS, language: 'ja' }, DEFAULT_SETTINGS]);
});
