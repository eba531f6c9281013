import '../../../fakes/browser/global-browser.ts';
import { describe, expect, test } from 'vitest';
import { presetStorage } from '../../../../extension/browser/storage/presets-storage.ts';
import { presetsStoreContract } from '../../../contracts/presets-store.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';

function startedStore() {
  return { browser: installFakeBrowserWithLocks(), store: presetStorage };
}

describe('the storage of a site’s presets', () => {
  presetsStoreContract(() => startedStore().store);

  test('stores a site’s presets on disk under its origin, and nothing after they are deleted', async () => {
    const { browser, store } = startedStore();

    await store.change('https://shop.example', () => [{ name: 'Launch', overrides: {} }]);
    const stored = [...browser.localItems];
    await store.change('https://shop.example', () => []);

    expect(stored).toEqual([['presets:https://shop.example', [{ name: 'Launch', overrides: {} }]]]);
    expect(browser.localItems.size).toBe(0);
  });

  test.each([
    // stored value
    ['garbage'],
    [{ length: 5 }],
    [null],
    [[null, 7, { name: 'x' }, { name: '<img onerror=alert(1)>', overrides: [] }]],
  ])('reads no presets from %j, and can overwrite it', async (garbage) => {
    const { browser, store } = startedStore();
    browser.localItems.set('presets:https://shop.example', garbage);

    expect(await store.read('https://shop.example')).toEqual([]);
    await store.change('https://shop.example', (presets) => [...presets, { name: 'Launch', overrides: {} }]);

    expect(await store.read('https://shop.example')).toEqual([{ name: 'Launch', overrides: {} }]);
  });
});
