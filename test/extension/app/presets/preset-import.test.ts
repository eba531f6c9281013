import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addPresets, planImport } from '../../../../extension/app/presets/preset-file.ts';
import type { Preset } from '../../../../extension/app/presets/presets.ts';

const SHOP = 'https://shop.example';
const preset = (name: string, overrides: Preset['overrides'] = {}): Preset => ({ name, overrides });
const filed = (one: Preset, origin = SHOP) => ({ origin, preset: one });

test('what is new is told from what is there, and from what has a name that is taken', () => {
  const sites = new Map([[SHOP, [preset('A', { X: 'ON', Y: 'ON' }), preset('B')]]]);

  const planned = planImport(sites, [
    filed(preset('A', { Y: 'ON', X: 'ON' })),
    filed(preset('A', { X: 'ON' })),
    filed(preset('B', { X: 'ON' })),
    filed(preset('C')),
    filed(preset('C')),
    filed(preset('C', { X: 'ON' })),
    filed(preset('A', { X: 'OFF' }), 'http://localhost:3000'),
  ]);

  expect(planned.map(({ outcome }) => outcome)).toEqual(['same', 'taken', 'taken', 'new', 'same', 'taken', 'new']);
});

test('a site has room for a hundred', () => {
  const presets = Array.from({ length: 99 }, (_, at) => preset(`P${at}`));

  const planned = planImport(new Map([[SHOP, presets]]), [filed(preset('A')), filed(preset('B'))]);

  expect(planned.map(({ outcome }) => outcome)).toEqual(['new', 'full']);
});

test('an import adds exactly what was planned, behind what is there, and nothing when it is done again', () => {
  const some = fc.array(
    fc.record({ name: fc.constantFrom('A', 'B', 'C', 'D'), overrides: fc.dictionary(fc.constant('X'), fc.string()) }),
  );

  fc.assert(
    fc.property(some, some, (kept, imported) => {
      const before = addPresets([], kept);
      const planned = planImport(
        new Map([[SHOP, before]]),
        imported.map((one) => filed(one)),
      );

      const after = addPresets(before, imported);

      const added = planned.flatMap((one) => (one.outcome === 'new' ? one.preset : []));
      expect(after).toEqual([...before, ...added]);
      expect(addPresets(after, imported)).toEqual(after);
    }),
  );
});
