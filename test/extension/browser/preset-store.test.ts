import '../../fakes/started-browser.ts';

import { describe, expect, test } from 'vitest';
import { presetStore } from '../../../extension/browser/preset-store.ts';
import { keepsPresets } from '../../contracts/preset-port.ts';
import { browserWithLocks } from '../../fakes/started-presets.ts';

function startedStore() {
  return { browser: browserWithLocks(), store: presetStore };
}

describe('the store of presets', () => {
  keepsPresets(() => startedStore().store);

  test('keeps a site’s presets on disk under its origin, and nothing once they are gone', async () => {
    const { browser, store } = startedStore();

    await store.change('https://shop.example', () => [{ name: 'Launch', overrides: {} }]);
    const kept = [...browser.kept];
    await store.change('https://shop.example', () => []);

    expect(kept).toEqual([['presets:https://shop.example', [{ name: 'Launch', overrides: {} }]]]);
    expect(browser.kept.size).toBe(0);
  });

  test.each([
    // in store
    ['garbage'],
    [{ length: 5 }],
    [null],
    [[null, 7, { name: 'x' }, { name: '<img onerror=alert(1)>', overrides: [] }]],
  ])('finds no presets in %j, and can be written over it', async (garbage) => {
    const { browser, store } = startedStore();
    browser.kept.set('presets:https://shop.example', garbage);

    expect(await store.read('https://shop.example')).toEqual([]);
    await store.change('https://shop.example', (presets) => [...presets, { name: 'Launch', overrides: {} }]);

    expect(await store.read('https://shop.example')).toEqual([{ name: 'Launch', overrides: {} }]);
  });
});
