import { expect, test } from 'vitest';
import {
  type AllPresetsStorage,
  deletePreset,
  type PresetStorage,
  savePreset,
} from '../../extension/app/presets/presets.ts';

const SHOP = 'https://shop.example';
const overrides = new Map([['CHECKOUT', 'ONE_PAGE']]);

/** The contract of every store for presets. */
export function presetsStoreContract(empty: () => PresetStorage): void {
  test('a site has no presets at first', async () => {
    expect(await empty().read(SHOP)).toEqual([]);
  });

  test('a change is reported, and can be read later', async () => {
    const port = empty();

    const changed = await port.change(SHOP, (presets) => savePreset(presets, 'Launch', overrides));

    expect(changed).toEqual([{ name: 'Launch', overrides: { CHECKOUT: 'ONE_PAGE' } }]);
    expect(await port.read(SHOP)).toEqual(changed);
  });

  test('each origin has its own presets', async () => {
    const port = empty();
    await port.change(SHOP, (presets) => savePreset(presets, 'Launch', overrides));

    expect(await port.read('http://shop.example')).toEqual([]);
  });

  test('deleting the last one leaves nothing', async () => {
    const port = empty();
    await port.change(SHOP, (presets) => savePreset(presets, 'Launch', overrides));

    await port.change(SHOP, (presets) => deletePreset(presets, 'Launch'));

    expect(await port.read(SHOP)).toEqual([]);
  });

  test('two windows that save at the same time lose no change', async () => {
    const port = empty();

    await Promise.all(
      ['A', 'B', 'C'].map((name) => port.change(SHOP, (presets) => savePreset(presets, name, overrides))),
    );

    expect((await port.read(SHOP)).map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  });
}

/** The further contract of a store for the presets of all sites. */
export function presetsListContract(empty: () => AllPresetsStorage): void {
  test('only sites with presets are listed, in order', async () => {
    const port = empty();
    for (const origin of [SHOP, 'http://localhost:3000', 'https://gone.example']) {
      await port.change(origin, (presets) => savePreset(presets, 'Launch', overrides));
    }

    await port.change('https://gone.example', (presets) => deletePreset(presets, 'Launch'));

    const launch = [{ name: 'Launch', overrides: { CHECKOUT: 'ONE_PAGE' } }];
    expect([...(await port.all())]).toEqual([
      ['http://localhost:3000', launch],
      [SHOP, launch],
    ]);
  });
}
