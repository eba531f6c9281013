import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyUndo, createUndo } from '../../../../extension/app/session/stored-overrides.ts';

const overrides = fc
  .dictionary(fc.constantFrom('A', 'B', 'C', 'D', '__proto__'), fc.constantFrom<unknown>('ON', 'OFF', '', 7, null))
  .map((record) => new Map(Object.entries(record)));

const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort();

test('an immediate undo restores exactly the previous overrides', () => {
  fc.assert(
    fc.property(overrides, overrides, (before, after) => {
      const undo = createUndo('applied', before, after);

      const restored = undo === undefined ? after : applyUndo(undo)(after);

      expect(sorted(restored)).toEqual(sorted(before));
    }),
  );
});

test('a later undo restores each flag, or keeps what was chosen since', () => {
  fc.assert(
    fc.property(overrides, overrides, overrides, (before, after, now) => {
      const undo = createUndo('applied', before, after);
      if (undo === undefined) return;

      const restored = applyUndo(undo)(now);

      for (const flag of ['A', 'B', 'C', 'D', '__proto__']) {
        const wasLeftAlone = now.get(flag) === after.get(flag);
        expect(restored.get(flag)).toBe(wasLeftAlone ? before.get(flag) : now.get(flag));
      }
    }),
  );
});

test('an entry that is not a string is counted and restored like any other', () => {
  const before = new Map<string, unknown>([
    ['A', 'ON'],
    ['JUNK', { a: [1] }],
  ]);

  const undo = createUndo('cleared', before, new Map());

  expect(undo?.count).toBe(2);
  expect(undo && applyUndo(undo)(new Map())).toEqual(before);
});

test('an edit that changed nothing has no undo', () => {
  expect(createUndo('cleared', new Map([['A', 'ON']]), new Map([['A', 'ON']]))).toBeUndefined();
});

test('the undo counts the flags that an edit set, changed and removed', () => {
  const before = new Map([
    ['SAME', 'ON'],
    ['CHANGED', 'ON'],
    ['GONE', 'ON'],
  ]);
  const after = new Map([
    ['SAME', 'ON'],
    ['CHANGED', 'OFF'],
    ['NEW', 'ON'],
  ]);

  expect(createUndo('applied', before, after)?.count).toBe(3);
});
