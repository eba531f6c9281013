import { describe, expect, test } from 'vitest';
import { exportText } from '../../../../extension/app/sharing/export-formats.ts';
import { SharingStore } from '../../../../extension/app/sharing/sharing-store.ts';
import { FakePresets } from '../../../fakes/fake-presets.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession } from '../session/opened-session.ts';

/** The store of a popup on a site with these overrides; its clipboard is a list of strings. */
async function openedStore(overrides: Readonly<Record<string, string>> = {}, presets = new FakePresets()) {
  const page = new FakePage();
  if (Object.keys(overrides).length > 0) page.jar.write(overrideCookie(overrides));
  const clipboard: string[] = [];
  const applied: string[][] = [];
  let draws = 0;
  const store = new SharingStore(
    await openedSession(page),
    {
      presets,
      copy: async (text) => clipboard.push(text) < 2,
      exportText: (copy, site) => exportText(copy, site, { browser: 'Firefox 153', version: '0.1.0' }),
      apply: (proposed, mode) => void applied.push([...proposed.keys(), mode]),
    },
    () => {
      draws += 1;
    },
  );
  await store.loadPresets();
  return { store, applied, clipboard, page, presets, draws: () => draws };
}

const names = (store: SharingStore): readonly string[] => store.sharing.presets.map(({ name }) => name);

test('the current overrides are saved under a name, for this site', async () => {
  const { store, presets } = await openedStore({ SEARCH: 'FUZZY' });

  await store.savePreset('Launch');

  expect(store.sharing.presets).toEqual([{ name: 'Launch', overrides: { SEARCH: 'FUZZY' } }]);
  expect([...presets.stored.keys()]).toEqual(['https://shop.example']);
});

test('a saved preset is loaded when the popup opens again', async () => {
  const { store, presets } = await openedStore({ SEARCH: 'FUZZY' });
  await store.savePreset('Launch');

  expect(names((await openedStore({}, presets)).store)).toEqual(['Launch']);
});

test('presets are renamed, moved and deleted, and a deleted one is restored to its position', async () => {
  const { store } = await openedStore();
  for (const name of ['A', 'B', 'C']) await store.savePreset(name);

  await store.renamePreset('B', 'X');
  await store.movePreset('C', -1);
  expect(names(store)).toEqual(['A', 'C', 'X']);
  await store.deletePreset('C');
  expect(names(store)).toEqual(['A', 'X']);
  expect(store.sharing.deleted).toEqual({ preset: { name: 'C', overrides: {} }, at: 1 });
  await store.restorePreset();

  expect(names(store)).toEqual(['A', 'C', 'X']);
  expect(store.sharing.deleted).toBeUndefined();
});

test('after a later change, a deleted preset can no longer be restored', async () => {
  const { store } = await openedStore();
  await store.savePreset('A');
  await store.deletePreset('A');

  await store.savePreset('B');
  await store.restorePreset();

  expect(names(store)).toEqual(['B']);
});

describe('a preset that cannot be stored is reported:', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => ({ name: `P${at}`, overrides: {} }));

  async function fullStore() {
    const presets = new FakePresets();
    presets.stored.set('https://shop.example', hundred);
    return openedStore({ SEARCH: 'FUZZY' }, presets);
  }

  test('the 101st preset is refused, and replacing an existing one is allowed', async () => {
    const { store } = await fullStore();

    await store.savePreset('One more');
    expect([store.sharing.error, names(store).length]).toEqual(['full', 100]);
    await store.savePreset('P7');

    expect(store.sharing.error).toBeUndefined();
    expect(store.sharing.presets[7]).toEqual({ name: 'P7', overrides: { SEARCH: 'FUZZY' } });
  });

  test('a deleted preset stays restorable if the list is full meanwhile', async () => {
    const { store, presets } = await fullStore();
    await store.deletePreset('P0');
    await presets.change('https://shop.example', (kept) => [...kept, { name: 'New', overrides: {} }]);

    await store.restorePreset();

    expect([store.sharing.error, names(store).length, names(store).at(-1)]).toEqual(['full', 100, 'New']);
    expect(store.sharing.deleted?.preset.name).toBe('P0');
  });

  test.each([
    // the name   error
    ['P1', 'taken'],
    ['   ', 'nameless'],
    ['P0', undefined],
    ['New', undefined],
  ])('renaming the first to %j gives the error %s', async (name, error) => {
    const { store } = await fullStore();

    await store.renamePreset('P0', name);

    expect(store.sharing.error).toBe(error);
  });

  test('a full storage gives the error "not-kept"', async () => {
    const { store, presets } = await openedStore({ SEARCH: 'FUZZY' });
    presets.change = () => Promise.reject(new Error('QuotaExceededError'));

    await store.savePreset('Launch');

    expect([store.sharing.error, names(store)]).toEqual(['not-kept', []]);
  });
});

test('two presets can be deleted at once, and the last one can be restored', async () => {
  const { store } = await openedStore();
  for (const name of ['A', 'B', 'C']) await store.savePreset(name);

  await Promise.all([store.deletePreset('A'), store.deletePreset('C')]);

  expect(names(store)).toEqual(['B']);
  expect(store.sharing.deleted).toEqual({ preset: { name: 'C', overrides: {} }, at: 1 });
});

test('a copied string is shown, with whether it was written to the clipboard', async () => {
  const { store, clipboard } = await openedStore({ SEARCH: 'FUZZY' });

  await store.copy('json');
  expect(store.sharing.copied).toEqual({ copy: 'json', text: '{\n  "SEARCH": "FUZZY"\n}\n', isWritten: true });
  await store.copy('link');

  expect(store.sharing.copied).toMatchObject({ copy: 'link', isWritten: false });
  expect(clipboard).toEqual(['{\n  "SEARCH": "FUZZY"\n}\n', store.sharing.copied?.text]);
});

test('pasting, expanding and dismissing write no cookie', async () => {
  const { store, page, draws } = await openedStore({ SEARCH: 'FUZZY' });
  const before = draws();

  store.paste('{"CHECKOUT":"ONE_PAGE"}');
  store.expand({ by: 'site', name: 'Launch' });
  store.dismiss('https://shop.example/#gatekeeper={}');

  expect(page.written).toEqual([]);
  expect(draws()).toBe(before + 3);
});

test('applying passes the overrides and the mode on', async () => {
  const { store, applied } = await openedStore();

  store.apply(new Map([['CHECKOUT', 'ONE_PAGE']]), 'replace');

  expect(applied).toEqual([['CHECKOUT', 'replace']]);
});

test('nothing is copied, saved or loaded before the flags are loaded', async () => {
  const page = new FakePage();
  page.failure = 'refused';
  const presets = new FakePresets();
  const clipboard: string[] = [];
  const store = new SharingStore(
    await openedSession(page),
    {
      presets,
      copy: async (text) => clipboard.push(text) > 0,
      exportText: () => '',
      apply: () => {},
    },
    () => {},
  );

  await Promise.all([
    store.loadPresets(),
    store.copy('report'),
    store.savePreset('A'),
    store.renamePreset('A', 'B'),
    store.deletePreset('A'),
  ]);

  expect([presets.stored.size, clipboard.length]).toEqual([0, 0]);
});
