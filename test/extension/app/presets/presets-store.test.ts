import { describe, expect, test } from 'vitest';
import { INITIAL_PRESETS, type PresetsState, PresetsStore } from '../../../../extension/app/presets/presets-store.ts';
import { presetsListContract } from '../../../contracts/presets-store.ts';
import { FakePresets } from '../../../fakes/fake-presets.ts';

const SHOP = 'https://shop.example';
const LOCAL = 'http://localhost:3000';
const at = (name: string, origin = SHOP) => ({ origin, name });

/** Somebody who looks after presets A, B and C of the shop. */
async function keeping() {
  const presets = new FakePresets();
  presets.stored.set(
    SHOP,
    ['A', 'B', 'C'].map((name) => ({ name, overrides: {} })),
  );
  const seen = { kept: INITIAL_PRESETS as PresetsState };
  const keeper = new PresetsStore(presets, (kept) => {
    seen.kept = kept;
  });
  await keeper.load();
  const names = (origin = SHOP): string => (seen.kept.sites.get(origin) ?? []).map(({ name }) => name).join('');
  return { presets, keeper, seen, names };
}

describe('presets in memory', () => {
  presetsListContract(() => new FakePresets());
});

test('a preset is renamed, and is the one to go on with', async () => {
  const { keeper, seen, names } = await keeping();

  await keeper.rename(at('B'), ' X ');

  expect(names()).toBe('AXC');
  expect(seen.kept.current).toEqual(at('X'));
});

test('a name that is another’s is not given, and it is said where', async () => {
  const { keeper, seen, names } = await keeping();

  await keeper.rename(at('B'), 'C');
  expect(names()).toBe('ABC');
  expect(seen.kept.nameConflict).toEqual(at('B'));

  await keeper.move(at('B'), -1);
  expect(names()).toBe('BAC');
  expect(seen.kept.nameConflict).toBeUndefined();
});

test.each(['B', ' B ', ' ', ''])('renamed %j, B stays as it is', async (text) => {
  const { keeper, seen, names } = await keeping();

  await keeper.rename(at('B'), text);

  expect(names()).toBe('ABC');
  expect(seen.kept.nameConflict).toBeUndefined();
});

test('the last preset of a site that is deleted takes the site with it, until it is restored', async () => {
  const { presets, keeper, seen, names } = await keeping();
  presets.stored.set(LOCAL, [{ name: 'Z', overrides: {} }]);
  await keeper.load();

  await keeper.delete(at('Z', LOCAL));
  expect([...seen.kept.sites.keys()]).toEqual([SHOP]);

  await keeper.restore();
  expect(names(LOCAL)).toBe('Z');
  expect(seen.kept).toMatchObject({ deleted: undefined, current: at('Z', LOCAL) });
});

test('two presets that are deleted at once are both gone, and the later one is brought back to its place', async () => {
  const { keeper, names } = await keeping();

  await Promise.all([keeper.delete(at('A')), keeper.delete(at('C'))]);
  expect(names()).toBe('B');
  await keeper.restore();

  expect(names()).toBe('BC');
});

test('a preset whose name was given away meanwhile is not restored, and stays on offer', async () => {
  const { presets, keeper, seen, names } = await keeping();
  await keeper.delete(at('B'));
  await presets.change(SHOP, (kept) => [...kept, { name: 'B', overrides: { X: 'ON' } }]);

  await keeper.restore();

  expect(names()).toBe('ACB');
  expect(seen.kept).toMatchObject({ error: 'taken', deleted: { preset: { name: 'B' } } });
});

test('an import and a removal at once keep what the file adds, without what was removed', async () => {
  const { keeper, names } = await keeping();
  keeper.paste(JSON.stringify({ presets: { [SHOP]: [{ name: 'D', overrides: {} }] } }));

  await Promise.all([keeper.import(), keeper.delete(at('A')), keeper.delete(at('B'))]);

  expect(names()).toBe('CD');
});

test('a look that another has overtaken shows nothing old', async () => {
  const { presets, keeper, names } = await keeping();
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
  const first = keeper.load();
  presets.all = all;

  await keeper.delete(at('A'));
  release();
  await first;

  expect(names()).toBe('BC');
});

test('a pasted text changes nothing until it is imported, and then only adds', async () => {
  const { presets, keeper, seen, names } = await keeping();
  const text = JSON.stringify({
    presets: {
      [SHOP]: [
        { name: 'A', overrides: { X: 'ON' } },
        { name: 'D', overrides: {} },
      ],
      [LOCAL]: [{ name: 'E', overrides: {} }],
    },
  });

  keeper.paste(text);
  expect(seen.kept.pasted).toBe(text);
  expect([...presets.stored.keys()]).toEqual([SHOP]);
  await keeper.import();

  expect([names(), names(LOCAL)]).toEqual(['ABCD', 'E']);
  expect(presets.stored.get(SHOP)?.[0]).toEqual({ name: 'A', overrides: {} });
  expect(seen.kept).toMatchObject({ pasted: '', file: { kind: 'empty' }, imported: 2 });
});

test('what is exported here is imported elsewhere', async () => {
  const { keeper } = await keeping();
  const other = await keeping();
  other.presets.stored.clear();

  other.keeper.paste(keeper.exported);
  await other.keeper.import();

  expect(other.names()).toBe('ABC');
});

test('where the browser keeps no more, what was added is shown, and the text stays for another try', async () => {
  const { presets, keeper, seen, names } = await keeping();
  const change = presets.change.bind(presets);
  presets.change = async (origin, changing) => {
    if (origin === LOCAL) throw new Error('QuotaExceededError');
    return change(origin, changing);
  };
  const list = (name: string) => [{ name, overrides: {} }];

  keeper.paste(JSON.stringify({ presets: { [SHOP]: list('D'), [LOCAL]: list('E') } }));
  await keeper.import();

  expect(names()).toBe('ABCD');
  expect(seen.kept.imported).toBe('failed');
  expect(seen.kept.pasted).not.toBe('');
});

test('a text that is too large is not even shown', async () => {
  const { keeper, seen } = await keeping();

  keeper.paste('x'.repeat(1_048_577));

  expect(seen.kept).toMatchObject({ pasted: '', file: { kind: 'problem', problem: 'too-large' } });
});

test('with nothing to import, or nothing to restore, nothing happens', async () => {
  const { keeper, seen, names } = await keeping();
  const before = seen.kept;

  keeper.paste('{');
  await keeper.import();
  await keeper.restore();

  expect(names()).toBe('ABC');
  expect(seen.kept.sites).toBe(before.sites);
});
