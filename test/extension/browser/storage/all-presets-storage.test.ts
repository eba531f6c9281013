import '../../../fakes/browser/global-browser.ts';
import { describe, expect, test } from 'vitest';
import { allPresetsStorage, onPresetsChanged } from '../../../../extension/browser/storage/presets-storage.ts';
import { presetsListContract, presetsStoreContract } from '../../../contracts/presets-store.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';

const LAUNCH = { name: 'Launch', overrides: {} };

describe('the storage of all presets', () => {
  const empty = () => {
    installFakeBrowserWithLocks();
    return allPresetsStorage;
  };
  presetsStoreContract(empty);
  presetsListContract(empty);

  test.each([
    // key                              value
    ['settings', [LAUNCH]],
    ['presets:', [LAUNCH]],
    ['presets:shop.example', [LAUNCH]],
    ['presets:javascript:alert(1)', [LAUNCH]],
    ['presets:https://shop.example/', [LAUNCH]],
    ['presets:https://shop.example', { 0: LAUNCH }],
    ['presets:https://shop.example', [null]],
  ])('finds no site in %s with %j', async (key, value) => {
    installFakeBrowserWithLocks().localItems.set(key, value);

    expect([...(await allPresetsStorage.all())]).toEqual([]);
  });

  test('notifies of changes of presets only', async () => {
    const browser = installFakeBrowserWithLocks();
    let calls = 0;
    onPresetsChanged(() => {
      calls += 1;
    });

    await browser.storage.local.set({ settings: {} });
    await browser.storage.session.set({ 'presets:https://shop.example': [LAUNCH] });
    expect(calls).toBe(0);
    await allPresetsStorage.change('https://shop.example', () => [LAUNCH]);
    await allPresetsStorage.change('https://shop.example', () => []);

    expect(calls).toBe(2);
  });
});
