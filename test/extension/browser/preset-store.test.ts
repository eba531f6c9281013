import '../../fakes/started-browser.ts';

import { describe, expect, test, vi } from 'vitest';
import { presetStore } from '../../../extension/browser/preset-store.ts';
import { keepsPresets } from '../../contracts/preset-port.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

/** The locks of the extension's own pages: one after the other, each by its name. */
function ownLocks(): { request(name: string, act: () => Promise<unknown>): Promise<unknown> } {
  const last = new Map<string, Promise<unknown>>();
  return {
    request(name, act) {
      const next = (last.get(name) ?? Promise.resolve()).then(act);
      last.set(name, next);
      return next;
    },
  };
}

function startedStore() {
  vi.stubGlobal('navigator', { locks: ownLocks() });
  return { browser: startedBrowser(), store: presetStore };
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
