import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addPresets, planImport } from '../../../../extension/app/presets/preset-file.ts';
import type { Preset } from '../../../../extension/app/presets/presets.ts';

const SHOP = 'https://shop.example';
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
