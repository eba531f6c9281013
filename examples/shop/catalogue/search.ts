import { CATALOGUE, type Product } from './catalogue.ts';

export type Search = (query: string) => readonly Product[];

/** Finds the products that contain every word of the query exactly. */
export const exactSearch: Search = (query) => {
  const words = wordsOf(query);
  return CATALOGUE.filter((product) => words.every((word) => textOf(product).includes(word)));
};

/** Finds the products that contain every word of the query, with typing errors allowed; those with fewer errors come first. */
export const typoTolerantSearch: Search = (query) => {
  const words = wordsOf(query);
  return CATALOGUE.map((product) => ({ product, typos: typosIn(product, words) }))
    .filter(({ typos }) => typos < Number.POSITIVE_INFINITY)
    .sort((one, other) => one.typos - other.typos)
    .map(({ product }) => product);
};

function typosIn(product: Product, words: readonly string[]): number {
  const candidates = wordsOf(textOf(product));
  return words.reduce((sum, word) => sum + Math.min(...candidates.map((candidate) => typosFor(word, candidate))), 0);
}

// A word may be the beginning of a longer one, because the search runs while the user types.
function typosFor(word: string, candidate: string): number {
  const typos = Math.min(typosBetween(word, candidate), typosBetween(word, candidate.slice(0, word.length)));
  return typos <= forgiven(word) ? typos : Number.POSITIVE_INFINITY;
}

// In a short word, one error makes another word, such as "wall" and "tall".
function forgiven(word: string): number {
  if (word.length < 5) return 0;
  return word.length < 8 ? 1 : 2;
}

function textOf({ name, kind, description, material }: Product): string {
  return `${name} ${kind} ${description} ${material}`.toLowerCase();
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * The number of typing errors between two words: letters missing, added or replaced, or two neighbours swapped (the optimal
 * string alignment distance).
 */
function typosBetween(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
