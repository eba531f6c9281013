import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addPresets,
  ImportStore,
  planImport,
  serializePresetFile,
} from '../../../../extension/app/presets/preset-file.ts';
import type { Preset } from '../../../../extension/app/presets/presets.ts';
import { PresetsStore } from '../../../../extension/app/presets/presets-store.ts';
import { FakePresets } from '../../../fakes/fake-presets.ts';

const SHOP = 'https://shop.example';
const LOCAL = 'http://localhost:3000';
const preset = (name: string, overrides: Preset['overrides'] = {}): Preset => ({ name, overrides });
const entryOf = (one: Preset, origin = SHOP) => ({ origin, preset: one });

test('a planned preset is new, the same as an existing one, or has a taken name', () => {
  const sites = new Map([[SHOP, [preset('A', { X: 'ON', Y: 'ON' }), preset('B')]]]);

  const planned = planImport(sites, [
    entryOf(preset('A', { Y: 'ON', X: 'ON' })),
    entryOf(preset('A', { X: 'ON' })),
    entryOf(preset('B', { X: 'ON' })),
    entryOf(preset('C')),
    entryOf(preset('C')),
    entryOf(preset('C', { X: 'ON' })),
    entryOf(preset('A', { X: 'OFF' }), 'http://localhost:3000'),
  ]);

  expect(planned.map(({ outcome }) => outcome)).toEqual(['same', 'taken', 'taken', 'new', 'same', 'taken', 'new']);
});

test('a site has at most 100 presets', () => {
  const presets = Array.from({ length: 99 }, (_, at) => preset(`P${at}`));

  const planned = planImport(new Map([[SHOP, presets]]), [entryOf(preset('A')), entryOf(preset('B'))]);

  expect(planned.map(({ outcome }) => outcome)).toEqual(['new', 'full']);
});

test('an import adds exactly the planned presets at the end, and adds nothing the second time', () => {
  const some = fc.array(
    fc.record({ name: fc.constantFrom('A', 'B', 'C', 'D'), overrides: fc.dictionary(fc.constant('X'), fc.string()) }),
  );

  fc.assert(
    fc.property(some, some, (kept, imported) => {
      const before = addPresets([], kept);
      const planned = planImport(
        new Map([[SHOP, before]]),
        imported.map((one) => entryOf(one)),
      );

      const after = addPresets(before, imported);

      const added = planned.flatMap((one) => (one.outcome === 'new' ? one.preset : []));
      expect(after).toEqual([...before, ...added]);
      expect(addPresets(after, imported)).toEqual(after);
    }),
  );
});

/** A store that imports into a storage with the presets A, B and C of the shop. */
function importing() {
  const presets = new FakePresets();
  presets.stored.set(
    SHOP,
    ['A', 'B', 'C'].map((name) => preset(name)),
  );
  const names = (origin = SHOP): string => (presets.stored.get(origin) ?? []).map(({ name }) => name).join('');
  return { presets, names, store: new ImportStore(presets, () => {}) };
}

test('a pasted string changes nothing until it is imported, and the import only adds presets', async () => {
  const { presets, store, names } = importing();
  const text = JSON.stringify({ presets: { [SHOP]: [preset('A', { X: 'ON' }), preset('D')], [LOCAL]: [preset('E')] } });

  store.paste(text);
  expect(store.state.pasted).toBe(text);
  expect([...presets.stored.keys()]).toEqual([SHOP]);
  await store.import();

  expect([names(), names(LOCAL)]).toEqual(['ABCD', 'E']);
  expect(presets.stored.get(SHOP)?.[0]).toEqual(preset('A'));
  expect(store.state).toEqual({ pasted: '', file: { kind: 'empty' }, imported: 2 });
});

test('an import and two deletions at once all take effect', async () => {
  const { presets, store, names } = importing();
  const presetsStore = new PresetsStore(
    presets,
    () => presets.all(),
    () => {},
  );
  store.paste(JSON.stringify({ presets: { [SHOP]: [preset('D')] } }));

  await Promise.all([
    store.import(),
    presetsStore.delete({ origin: SHOP, name: 'A' }),
    presetsStore.delete({ origin: SHOP, name: 'B' }),
  ]);

  expect(names()).toBe('CD');
});

test('exported presets can be imported into another storage', async () => {
  const { presets } = importing();
  const other = importing();
  other.presets.stored.clear();

  other.store.paste(serializePresetFile(await presets.all()));
  await other.store.import();

  expect(other.names()).toBe('ABC');
});

test('if the storage is full, the presets already added and the pasted string stay', async () => {
  const { presets, store, names } = importing();
  const change = presets.change.bind(presets);
  presets.change = async (origin, changing) => {
    if (origin === LOCAL) throw new Error('QuotaExceededError');
    return change(origin, changing);
  };

  store.paste(JSON.stringify({ presets: { [SHOP]: [preset('D')], [LOCAL]: [preset('E')] } }));
  await store.import();

  expect(names()).toBe('ABCD');
  expect(store.state.imported).toBe('failed');
  expect(store.state.pasted).not.toBe('');
});

test('a pasted string that is too large is not displayed', () => {
  const { store } = importing();

  store.paste('x'.repeat(1_048_577));

  expect(store.state).toMatchObject({ pasted: '', file: { kind: 'problem', problem: 'too-large' } });
});

test('import does nothing if the pasted string has no presets', async () => {
  const { store, names } = importing();

  store.paste('{');
  await store.import();

  expect(names()).toBe('ABC');
  expect(store.state.imported).toBeUndefined();
});

test('a file that the browser could not read replaces the pasted string', () => {
  const { store } = importing();
  store.paste('{}');

  store.reportUnreadableFile();

  expect(store.state).toEqual({ pasted: '', file: { kind: 'unread' }, imported: undefined });
});
