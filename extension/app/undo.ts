import type { Change, Overrides } from './stored-overrides.ts';

/** What one edit of many overrides did, so that it can be taken back. */
export interface Undo {
  readonly kind: 'cleared' | 'applied';
  readonly before: Overrides;
  readonly after: Overrides;
  /** How many flags it concerned. */
  readonly count: number;
}

/** How an edit that made `after` of `before` is taken back; `undefined` where it changed nothing. */
export function undoOf(kind: Undo['kind'], before: Overrides, after: Overrides): Undo | undefined {
  const count = touched(before, after).filter((flag) => !isSame(before.get(flag), after.get(flag))).length;
  return count === 0 ? undefined : { kind, before, after, count };
}

/** Takes an edit back flag by flag; one that was chosen anew since stays as it was chosen. */
export function undoing({ before, after }: Undo): Change {
  return (overrides) => {
    const restored = new Map(overrides);
    for (const flag of touched(before, after)) {
      if (!isSame(overrides.get(flag), after.get(flag))) continue;
      if (before.has(flag)) restored.set(flag, before.get(flag));
      else restored.delete(flag);
    }
    return restored;
  };
}

// Values as JSON gives them; an entry that is no text may be an object.
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function touched(before: Overrides, after: Overrides): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])];
}
