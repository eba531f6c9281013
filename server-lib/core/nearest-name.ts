/** `; did you mean "ONE_PAGE"?` where one of `known` is close to `name`; an empty string where none is. */
export function didYouMean(name: unknown, known: Iterable<string>): string {
  const nearest = typeof name === 'string' ? nearestName(name, known) : undefined;
  return nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
}

/**
 * The one of `known` that is closest to `name` by optimal string alignment distance, letter case aside; `undefined`
 * where more than a third of the letters, or more than three, would have to change.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  for (const candidate of known) {
    if (candidate === name || Math.abs(candidate.length - wanted.length) > limit) continue;
    const changes = distance(wanted, candidate.toLowerCase(), limit);
    if (changes > limit) continue;
    best = candidate;
    limit = changes - 1; // from here on only a closer name counts
    if (limit < 0) break;
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two strings; more than `limit` is not counted on. */
function distance(one: string, other: string, limit: number): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let changes = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (isSame ? 0 : 1),
      );
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwapped) changes = Math.min(changes, at(beforePrevious, column - 2) + 1);
      current.push(changes);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, other.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
