import '../../../fakes/browser/global-browser.ts';
import { describe, expect, test } from 'vitest';
import { presetStorage } from '../../../../extension/browser/storage/presets-storage.ts';
import { presetsStoreContract } from '../../../contracts/presets-store.ts';
import { installFakeBrowserWithLocks } from '../../../fakes/browser/global-locks.ts';

function startedStore() {
  return { browser: installFakeBrowserWithLocks(), store: presetStorage };
}

describe('the store of presets', () => {
  presetsStoreContract(() => startedStore().store);

  test('keeps a site’s presets on disk under its origin, and nothing once they are gone', async () => {
    const { browser, store } = startedStore();

    await store.change('https://shop.example', () => [{ name: 'Launch', overrides: {} }]);
    const kept = [...browser.localItems];
    await store.change('https://shop.example', () => []);

    expect(kept).toEqual([['presets:https://shop.example', [{ name: 'Launch', overrides: {} }]]]);
    expect(browser.localItems.size).toBe(0);
  });

  test.each([
    // in store
    ['garbage'],
    [{ length: 5 }],
    [null],
    [[null, 7, { name: 'x' }, { name: '<img onerror=alert(1)>', overrides: [] }]],
  ])('finds no presets in %j, and can be written over it', async (garbage) => {
    const { browser, store } = startedStore();
    browser.localItems.set('presets:https://shop.example', garbage);

    expect(await store.read('https://shop.example')).toEqual([]);
    await store.change('https://shop.example', (presets) => [...presets, { name: 'Launch', overrides: {} }]);

    expect(await store.read('https://shop.example')).toEqual([{ name: 'Launch', overrides: {} }]);
  });
});
