import { describe, expect, test } from 'vitest';
import { INITIAL_PRESETS, type PresetsState, PresetsStore } from '../../../../extension/app/presets/presets-store.ts';
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
  const seen = { state: INITIAL_PRESETS as PresetsState };
  const store = new PresetsStore(presets, (state) => {
    seen.state = state;
  });
  await store.load();
  const names = (origin = SHOP): string => (seen.state.sites.get(origin) ?? []).map(({ name }) => name).join('');
  return { presets, store, seen, names };
}

describe('presets in memory', () => {
  presetsListContract(() => new FakePresets());
});

test('a renamed preset becomes the current one', async () => {
  const { store, seen, names } = await loadedStore();

  await store.rename(at('B'), ' X ');

  expect(names()).toBe('AXC');
  expect(seen.state.current).toEqual(at('X'));
});

test('renaming to a taken name fails, and reports which preset', async () => {
  const { store, seen, names } = await loadedStore();

  await store.rename(at('B'), 'C');
  expect(names()).toBe('ABC');
  expect(seen.state.nameConflict).toEqual(at('B'));

  await store.move(at('B'), -1);
  expect(names()).toBe('BAC');
  expect(seen.state.nameConflict).toBeUndefined();
});

test.each(['B', ' B ', ' ', ''])('renaming B to %j changes nothing', async (text) => {
  const { store, seen, names } = await loadedStore();

  await store.rename(at('B'), text);

  expect(names()).toBe('ABC');
  expect(seen.state.nameConflict).toBeUndefined();
});

test('deleting the last preset of a site removes the site until the preset is restored', async () => {
  const { presets, store, seen, names } = await loadedStore();
  presets.stored.set(LOCAL, [{ name: 'Z', overrides: {} }]);
  await store.load();

  await store.delete(at('Z', LOCAL));
  expect([...seen.state.sites.keys()]).toEqual([SHOP]);

  await store.restore();
  expect(names(LOCAL)).toBe('Z');
  expect(seen.state).toMatchObject({ deleted: undefined, current: at('Z', LOCAL) });
});

test('two presets can be deleted at once, and the later one is restored to its position', async () => {
  const { store, names } = await loadedStore();

  await Promise.all([store.delete(at('A')), store.delete(at('C'))]);
  expect(names()).toBe('B');
  await store.restore();

  expect(names()).toBe('BC');
});

test('a deleted preset whose name is taken meanwhile is not restored, and can be restored later', async () => {
  const { presets, store, seen, names } = await loadedStore();
  await store.delete(at('B'));
  await presets.change(SHOP, (kept) => [...kept, { name: 'B', overrides: { X: 'ON' } }]);

  await store.restore();

  expect(names()).toBe('ACB');
  expect(seen.state).toMatchObject({ error: 'taken', deleted: { preset: { name: 'B' } } });
});

test('an import and two deletions at once all take effect', async () => {
  const { store, names } = await loadedStore();
  store.paste(JSON.stringify({ presets: { [SHOP]: [{ name: 'D', overrides: {} }] } }));

  await Promise.all([store.import(), store.delete(at('A')), store.delete(at('B'))]);

  expect(names()).toBe('CD');
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

test('a pasted string changes nothing until it is imported, and the import only adds presets', async () => {
  const { presets, store, seen, names } = await loadedStore();
  const text = JSON.stringify({
    presets: {
      [SHOP]: [
        { name: 'A', overrides: { X: 'ON' } },
        { name: 'D', overrides: {} },
      ],
      [LOCAL]: [{ name: 'E', overrides: {} }],
    },
  });

  store.paste(text);
  expect(seen.state.pasted).toBe(text);
  expect([...presets.stored.keys()]).toEqual([SHOP]);
  await store.import();

  expect([names(), names(LOCAL)]).toEqual(['ABCD', 'E']);
  expect(presets.stored.get(SHOP)?.[0]).toEqual({ name: 'A', overrides: {} });
  expect(seen.state).toMatchObject({ pasted: '', file: { kind: 'empty' }, imported: 2 });
});

test('exported presets can be imported by another store', async () => {
  const { store } = await loadedStore();
  const other = await loadedStore();
  other.presets.stored.clear();

  other.store.paste(store.exported);
  await other.store.import();

  expect(other.names()).toBe('ABC');
});

test('if the storage is full, the presets already added are shown, and the pasted string stays', async () => {
  const { presets, store, seen, names } = await loadedStore();
  const change = presets.change.bind(presets);
  presets.change = async (origin, changing) => {
    if (origin === LOCAL) throw new Error('QuotaExceededError');
    return change(origin, changing);
  };
  const list = (name: string) => [{ name, overrides: {} }];

  store.paste(JSON.stringify({ presets: { [SHOP]: list('D'), [LOCAL]: list('E') } }));
  await store.import();

  expect(names()).toBe('ABCD');
  expect(seen.state.imported).toBe('failed');
  expect(seen.state.pasted).not.toBe('');
});

test('a pasted string that is too large is not displayed', async () => {
  const { store, seen } = await loadedStore();

  store.paste('x'.repeat(1_048_577));

  expect(seen.state).toMatchObject({ pasted: '', file: { kind: 'problem', problem: 'too-large' } });
});

test('import and restore do nothing if there is nothing to import or restore', async () => {
  const { store, seen, names } = await loadedStore();
  const before = seen.state;

  store.paste('{');
  await store.import();
  await store.restore();

  expect(names()).toBe('ABC');
  expect(seen.state.sites).toBe(before.sites);
});
