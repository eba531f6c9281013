import { describe, expect, test } from 'vitest';
import { exportText } from '../../../../extension/app/sharing/export-formats.ts';
import { SharingStore } from '../../../../extension/app/sharing/sharing-store.ts';
import { FakePresets } from '../../../fakes/fake-presets.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession } from '../session/opened-session.ts';

/** The desk of a popup on a site with these overrides; its clipboard is a list of texts. */
async function openedDesk(overrides: Readonly<Record<string, string>> = {}, presets = new FakePresets()) {
  const page = new FakePage();
  if (Object.keys(overrides).length > 0) page.jar.write(overrideCookie(overrides));
  const clipboard: string[] = [];
  const applied: string[][] = [];
  let draws = 0;
  const desk = new SharingStore(
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
  await desk.loadPresets();
  return { desk, applied, clipboard, page, presets, draws: () => draws };
}

const names = (desk: SharingStore): readonly string[] => desk.sharing.presets.map(({ name }) => name);

test('the overrides as they are now are saved under a name, for this site', async () => {
  const { desk, presets } = await openedDesk({ SEARCH: 'FUZZY' });

  await desk.savePreset('Launch');

  expect(desk.sharing.presets).toEqual([{ name: 'Launch', overrides: { SEARCH: 'FUZZY' } }]);
  expect([...presets.stored.keys()]).toEqual(['https://shop.example']);
});

test('what was saved is there when the popup is opened again', async () => {
  const { desk, presets } = await openedDesk({ SEARCH: 'FUZZY' });
  await desk.savePreset('Launch');

  expect(names((await openedDesk({}, presets)).desk)).toEqual(['Launch']);
});

test('presets are renamed, moved and deleted, and a deleted one is brought back to its place', async () => {
  const { desk } = await openedDesk();
  for (const name of ['A', 'B', 'C']) await desk.savePreset(name);

  await desk.renamePreset('B', 'X');
  await desk.movePreset('C', -1);
  expect(names(desk)).toEqual(['A', 'C', 'X']);
  await desk.deletePreset('C');
  expect(names(desk)).toEqual(['A', 'X']);
  expect(desk.sharing.deleted).toEqual({ preset: { name: 'C', overrides: {} }, at: 1 });
  await desk.restorePreset();

  expect(names(desk)).toEqual(['A', 'C', 'X']);
  expect(desk.sharing.deleted).toBeUndefined();
});

test('a later change ends the offer to bring a preset back', async () => {
  const { desk } = await openedDesk();
  await desk.savePreset('A');
  await desk.deletePreset('A');

  await desk.savePreset('B');
  await desk.restorePreset();

  expect(names(desk)).toEqual(['B']);
});

describe('a preset that cannot be kept is not lost without a word:', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => ({ name: `P${at}`, overrides: {} }));

  async function fullDesk() {
    const presets = new FakePresets();
    presets.stored.set('https://shop.example', hundred);
    return openedDesk({ SEARCH: 'FUZZY' }, presets);
  }

  test('the 101st is said to have no room, and one in place of another has', async () => {
    const { desk } = await fullDesk();

    await desk.savePreset('One more');
    expect([desk.sharing.error, names(desk).length]).toEqual(['full', 100]);
    await desk.savePreset('P7');

    expect(desk.sharing.error).toBeUndefined();
    expect(desk.sharing.presets[7]).toEqual({ name: 'P7', overrides: { SEARCH: 'FUZZY' } });
  });

  test('a deleted one whose room was taken meanwhile stays on offer', async () => {
    const { desk, presets } = await fullDesk();
    await desk.deletePreset('P0');
    await presets.change('https://shop.example', (kept) => [...kept, { name: 'New', overrides: {} }]);

    await desk.restorePreset();

    expect([desk.sharing.error, names(desk).length, names(desk).at(-1)]).toEqual(['full', 100, 'New']);
    expect(desk.sharing.deleted?.preset.name).toBe('P0');
  });

  test.each([
    // the name   what is in the way
    ['P1', 'taken'],
    ['   ', 'nameless'],
    ['P0', undefined],
    ['New', undefined],
  ])('a new name %j of the first: %s', async (name, obstacle) => {
    const { desk } = await fullDesk();

    await desk.renamePreset('P0', name);

    expect(desk.sharing.error).toBe(obstacle);
  });

  test('a browser that keeps no more is said to', async () => {
    const { desk, presets } = await openedDesk({ SEARCH: 'FUZZY' });
    presets.change = () => Promise.reject(new Error('QuotaExceededError'));

    await desk.savePreset('Launch');

    expect([desk.sharing.error, names(desk)]).toEqual(['not-kept', []]);
  });
});

test('two presets that are deleted at once are both gone, and the last is on offer', async () => {
  const { desk } = await openedDesk();
  for (const name of ['A', 'B', 'C']) await desk.savePreset(name);

  await Promise.all([desk.deletePreset('A'), desk.deletePreset('C')]);

  expect(names(desk)).toEqual(['B']);
  expect(desk.sharing.deleted).toEqual({ preset: { name: 'C', overrides: {} }, at: 1 });
});

test('what is copied is shown, with whether the clipboard took it', async () => {
  const { desk, clipboard } = await openedDesk({ SEARCH: 'FUZZY' });

  await desk.copy('json');
  expect(desk.sharing.copied).toEqual({ copy: 'json', text: '{\n  "SEARCH": "FUZZY"\n}\n', isWritten: true });
  await desk.copy('link');

  expect(desk.sharing.copied).toMatchObject({ copy: 'link', isWritten: false });
  expect(clipboard).toEqual(['{\n  "SEARCH": "FUZZY"\n}\n', desk.sharing.copied?.text]);
});

test('pasting, unfolding and dismissing touch no cookie', async () => {
  const { desk, page, draws } = await openedDesk({ SEARCH: 'FUZZY' });
  const before = draws();

  desk.paste('{"CHECKOUT":"ONE_PAGE"}');
  desk.expand({ by: 'site', name: 'Launch' });
  desk.dismiss('https://shop.example/#gatekeeper={}');

  expect(page.written).toEqual([]);
  expect(draws()).toBe(before + 3);
});

test('what a person applies is handed on', async () => {
  const { desk, applied } = await openedDesk();

  desk.apply(new Map([['CHECKOUT', 'ONE_PAGE']]), 'replace');

  expect(applied).toEqual([['CHECKOUT', 'replace']]);
});

test('before the flags are there nothing is copied, saved or looked for', async () => {
  const page = new FakePage();
  page.failure = 'refused';
  const presets = new FakePresets();
  const clipboard: string[] = [];
  const desk = new SharingStore(
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
    desk.loadPresets(),
    desk.copy('report'),
    desk.savePreset('A'),
    desk.renamePreset('A', 'B'),
    desk.deletePreset('A'),
  ]);

  expect([presets.stored.size, clipboard.length]).toEqual([0, 0]);
});
