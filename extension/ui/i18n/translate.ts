import type en from '../../_locales/en/messages.json';

type LocaleKey = keyof typeof en;

/** A text that counts something: it has the keys `…_one` and `…_other`. */
export type PluralMessageKey = LocaleKey extends infer One ? (One extends `${infer Word}_one` ? Word : never) : never;

/** A text of `_locales`, which the compiler knows by its key. */
export type MessageKey = Exclude<LocaleKey, `${string}_one` | `${string}_other`>;

/** Finds a text by its key and puts values in the places of `$1`, `$2` and so on. */
export type MessageLookup = (key: string, values: readonly string[]) => string;

let lookUp: MessageLookup;
let plurals: Intl.PluralRules;

/** Speaks a language from now on. A composition root says it before it draws anything. */
export function setMessageLookup(lookup: MessageLookup): void {
  lookUp = lookup;
  plurals = new Intl.PluralRules(t('languageTag'));
}

/** A text in the person's language. */
export function t(key: MessageKey, ...values: readonly (string | number)[]): string {
  return lookUp(key, values.map(String));
}

/** A text that depends on a number, which is its first value. */
export function tCount(key: PluralMessageKey, number: number, ...values: readonly (string | number)[]): string {
  // The six languages have no further form for whole numbers of this size.
  const form = plurals.select(number) === 'one' ? 'one' : 'other';
  return lookUp(`${key}_${form}`, [number, ...values].map(String));
}

/** Speaks a language on this page, and says so to whoever reads it aloud or translates it. */
export function applyLanguage(lookup: MessageLookup): void {
  setMessageLookup(lookup);
  const { documentElement: page } = document;
  page.lang = t('languageTag');
  page.dir = t('direction');
}
