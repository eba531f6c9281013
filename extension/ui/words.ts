import type en from '../_locales/en/messages.json';

type Key = keyof typeof en;

/** A text that counts something: it has the keys `…_one` and `…_other`. */
export type CountingWord = Key extends infer One ? (One extends `${infer Word}_one` ? Word : never) : never;

/** A text of `_locales`, which the compiler knows by its key. */
export type Word = Exclude<Key, `${string}_one` | `${string}_other`>;

/** Finds a text by its key and puts values in the places of `$1`, `$2` and so on. */
export type Lookup = (key: string, values: readonly string[]) => string;

let lookUp: Lookup;
let plurals: Intl.PluralRules;

/** Speaks a language from now on. A composition root says it before it draws anything. */
export function speakWith(lookup: Lookup): void {
  lookUp = lookup;
  plurals = new Intl.PluralRules(say('languageTag'));
}

/** A text in the person's language. */
export function say(word: Word, ...values: readonly (string | number)[]): string {
  return lookUp(word, values.map(String));
}

/** A text that depends on a number, which is its first value. */
export function sayCount(word: CountingWord, number: number, ...values: readonly (string | number)[]): string {
  // The six languages have no further form for whole numbers of this size.
  const form = plurals.select(number) === 'one' ? 'one' : 'other';
  return lookUp(`${word}_${form}`, [number, ...values].map(String));
}
