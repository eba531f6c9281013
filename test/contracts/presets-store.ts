import { expect, test } from 'vitest';
import {
  type AllPresetsStorage,
  deletePreset,
  type PresetStorage,
  savePreset,
} from '../../extension/app/presets/presets.ts';

const SHOP = 'https://shop.example';
const overrides = new Map([['CHECKOUT', 'ONE_PAGE']]);

/** What every place where presets are kept does. */
export function presetsStoreContract(empty: () => PresetStorage): void {
  test('a site has no presets at first', async () => {
    expect(await empty().read(SHOP)).toEqual([]);
  });

  test('what is changed is told, and read again later', async () => {
    const port = empty();

    const changed = await port.change(SHOP, (presets) => savePreset(presets, 'Launch', overrides));

    expect(changed).toEqual([{ name: 'Launch', overrides: { CHECKOUT: 'ONE_PAGE' } }]);
    expect(await port.read(SHOP)).toEqual(changed);
  });

  test('each origin has presets of its own', async () => {
    const port = empty();
    await port.change(SHOP, (presets) => savePreset(presets, 'Launch', overrides));

    expect(await port.read('http://shop.example')).toEqual([]);
  });

  test('the last one that is deleted leaves nothing', async () => {
    const port = empty();
    await port.change(SHOP, (presets) => savePreset(presets, 'Launch', overrides));

    await port.change(SHOP, (presets) => deletePreset(presets, 'Launch'));

    expect(await port.read(SHOP)).toEqual([]);
  });

  test('two windows that save at once lose nothing of each other', async () => {
    const port = empty();

    await Promise.all(
      ['A', 'B', 'C'].map((name) => port.change(SHOP, (presets) => savePreset(presets, name, overrides))),
    );

    expect((await port.read(SHOP)).map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  });
}

/** What a place does, besides, where the presets of all sites are looked after. */
export function presetsListContract(empty: () => AllPresetsStorage): void {
  test('the sites that have presets are listed in order, and no others', async () => {
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
