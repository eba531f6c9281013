import '../../fakes/started-browser.ts';

import { describe, expect, test } from 'vitest';
import { presetArchive } from '../../../extension/browser/preset-archive.ts';
import { onPresets } from '../../../extension/browser/preset-store.ts';
import { keepsPresets, listsPresets } from '../../contracts/preset-port.ts';
import { browserWithLocks } from '../../fakes/started-presets.ts';

const LAUNCH = { name: 'Launch', overrides: {} };

describe('the archive of presets', () => {
  const empty = () => {
    browserWithLocks();
    return presetArchive;
  };
  keepsPresets(empty);
  listsPresets(empty);

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
    browserWithLocks().kept.set(key, value);

    expect([...(await presetArchive.all())]).toEqual([]);
  });

  test('tells of a change of presets, and of no other', async () => {
    const browser = browserWithLocks();
    let told = 0;
    onPresets(() => {
      told += 1;
    });

    await browser.storage.local.set({ settings: {} });
    await browser.storage.session.set({ 'presets:https://shop.example': [LAUNCH] });
    expect(told).toBe(0);
    await presetArchive.change('https://shop.example', () => [LAUNCH]);
    await presetArchive.change('https://shop.example', () => []);

    expect(told).toBe(2);
  });
});
