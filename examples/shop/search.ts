import { CATALOGUE, type Product } from './catalogue.ts';
import { typosBetween } from './typos.ts';

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
