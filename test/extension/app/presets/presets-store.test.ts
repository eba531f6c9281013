import { describe, expect, test } from 'vitest';
import { PresetsStore } from '../../../../extension/app/presets/presets-store.ts';
import { presetsListContract } from '../../../contracts/presets-store.ts';
import { FakePresets } from '../../../fakes/fake-presets.ts';

const SHOP = 'https://shop.example';
const LOCAL = 'http://localhost:3000';
const at = (name: string, origin = SHOP) => ({ origin, name });

/** A store with the presets A, B and C of the shop. */
async function loadedStore() {
  const presets = new FakePresets();
  presets.stored.set(
    SHOP,
    ['A', 'B', 'C'].map((name) => ({ name, overrides: {} })),
  );
  const store = new PresetsStore(
    presets,
    () => presets.all(),
    () => {},
  );
  await store.load();
  const names = (origin = SHOP): string => (store.state.sites.get(origin) ?? []).map(({ name }) => name).join('');
  return { presets, store, names };
}

describe('presets in memory', () => {
  presetsListContract(() => new FakePresets());
});

test('a renamed preset becomes the current one', async () => {
  const { store, names } = await loadedStore();

  await store.rename(at('B'), ' X ');

  expect(names()).toBe('AXC');
  expect(store.state.current).toEqual(at('X'));
});

test('renaming to a taken name fails, and reports which preset', async () => {
  const { store, names } = await loadedStore();

  await store.rename(at('B'), 'C');
  expect(names()).toBe('ABC');
  expect(store.state.error).toEqual({ reason: 'taken', renamed: at('B') });

  await store.move(at('B'), -1);
  expect(names()).toBe('BAC');
  expect(store.state.error).toBeUndefined();
});

test.each([
  // name  error
  ['B', undefined],
  [' B ', undefined],
  [' ', 'nameless'],
  ['', 'nameless'],
])('renaming B to %j changes nothing, with the error %s', async (text, reason) => {
  const { store, names } = await loadedStore();

  await store.rename(at('B'), text);

  expect(names()).toBe('ABC');
  expect(store.state.error?.reason).toBe(reason);
});

test('deleting the last preset of a site removes the site until the preset is restored', async () => {
  const { presets, store, names } = await loadedStore();
  presets.stored.set(LOCAL, [{ name: 'Z', overrides: {} }]);
  await store.load();

  await store.delete(at('Z', LOCAL));
  expect([...store.state.sites.keys()]).toEqual([SHOP]);

  await store.restore();
  expect(names(LOCAL)).toBe('Z');
  expect(store.state).toMatchObject({ deleted: undefined, current: at('Z', LOCAL) });
});

test('two presets can be deleted at once, and the later one is restored to its position', async () => {
  const { store, names } = await loadedStore();

  await Promise.all([store.delete(at('A')), store.delete(at('C'))]);
  expect(names()).toBe('B');
  await store.restore();

  expect(names()).toBe('BC');
});

test('a deleted preset whose name is taken meanwhile is not restored, and can be restored later', async () => {
  const { presets, store, names } = await loadedStore();
  await store.delete(at('B'));
  await presets.change(SHOP, (kept) => [...kept, { name: 'B', overrides: { X: 'ON' } }]);

  await store.restore();

  expect(names()).toBe('ACB');
  expect(store.state).toMatchObject({ error: { reason: 'taken' }, deleted: { preset: { name: 'B' } } });
});

test('a load that a later one has overtaken is ignored', async () => {
  const { presets, store, names } = await loadedStore();
  const all = presets.all.bind(presets);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  presets.all = async () => {
    const old = await all();
    await held;
    return old;
  };
  const first = store.load();
  presets.all = all;

  await store.delete(at('A'));
  release();
  await first;

  expect(names()).toBe('BC');
});

test('overrides are saved under a name, for one site', async () => {
  const { presets, store, names } = await loadedStore();

  await store.save(at('Launch', LOCAL), new Map([['SEARCH', 'FUZZY']]));

  expect([names(), names(LOCAL)]).toEqual(['ABC', 'Launch']);
  expect(presets.stored.get(LOCAL)).toEqual([{ name: 'Launch', overrides: { SEARCH: 'FUZZY' } }]);
});

test('after a later change, a deleted preset can no longer be restored', async () => {
  const { store, names } = await loadedStore();
  await store.delete(at('A'));

  await store.move(at('C'), -1);
  await store.restore();

  expect(names()).toBe('CB');
});

test('restore does nothing if no preset was deleted', async () => {
  const { store, names } = await loadedStore();

  await store.restore();

  expect(names()).toBe('ABC');
});

describe('with 100 presets', () => {
  const hundred = Array.from({ length: 100 }, (_, number) => ({ name: `P${number}`, overrides: {} }));
  const overrides = new Map([['SEARCH', 'FUZZY']]);

  async function fullStore() {
    const loaded = await loadedStore();
    loaded.presets.stored.set(SHOP, hundred);
    await loaded.store.load();
    return loaded;
  }

  test('another one is not saved, and replacing an existing one is allowed', async () => {
    const { presets, store } = await fullStore();

    await store.save(at('One more'), overrides);
    expect([store.state.error?.reason, presets.stored.get(SHOP)]).toEqual(['full', hundred]);
    await store.save(at('P7'), overrides);

    expect(store.state.error).toBeUndefined();
    expect(presets.stored.get(SHOP)?.[7]).toEqual({ name: 'P7', overrides: { SEARCH: 'FUZZY' } });
  });

  test('a deleted one stays restorable if another took its place', async () => {
    const { presets, store } = await fullStore();
    await store.delete(at('P0'));
    await presets.change(SHOP, (stored) => [...stored, { name: 'New', overrides: {} }]);

    await store.restore();

    expect([store.state.error?.reason, store.state.deleted?.preset.name]).toEqual(['full', 'P0']);
    expect(presets.stored.get(SHOP)).toHaveLength(100);
  });

  test('one can be renamed', async () => {
    const { presets, store } = await fullStore();

    await store.rename(at('P0'), 'New');

    expect(store.state.error).toBeUndefined();
    expect(presets.stored.get(SHOP)?.[0]?.name).toBe('New');
  });
});

test('a full storage gives the error "not-kept"', async () => {
  const { presets, store, names } = await loadedStore();
  presets.change = () => Promise.reject(new Error('QuotaExceededError'));

  await store.save(at('Launch'), new Map());

  expect([store.state.error?.reason, names()]).toEqual(['not-kept', 'ABC']);
});
