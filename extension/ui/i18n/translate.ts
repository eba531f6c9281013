import type en from '../../_locales/en/messages.json';

type LocaleKey = keyof typeof en;

/** The key of a message with a plural, without its suffix `_one` or `_other`. */
export type PluralMessageKey = LocaleKey extends infer Key
  ? Key extends `${infer Plural}_one`
    ? Plural
    : never
  : never;

/** The key of a message in `_locales`. */
export type MessageKey = Exclude<LocaleKey, `${string}_one` | `${string}_other`>;

/** Returns the message of a key, with `$1`, `$2` and so on replaced by the values. */
export type MessageLookup = (key: string, values: readonly string[]) => string;

let lookUp: MessageLookup;
let plurals: Intl.PluralRules;

/** Sets the language of `t` and `tCount`. Each `start-*.tsx` calls it before it renders. */
export function setMessageLookup(lookup: MessageLookup): void {
  lookUp = lookup;
  plurals = new Intl.PluralRules(t('languageTag'));
}

/** A message in the user's language. */
export function t(key: MessageKey, ...values: readonly (string | number)[]): string {
  return lookUp(key, values.map(String));
}

/** A message with a plural; the number is its first value. */
export function tCount(key: PluralMessageKey, number: number, ...values: readonly (string | number)[]): string {
  // The six languages have no other plural forms for integers of this size.
  const form = plurals.select(number) === 'one' ? 'one' : 'other';
  return lookUp(`${key}_${form}`, [number, ...values].map(String));
}

/** Sets the language of this page, also in its `lang` and `dir` attributes, for screen readers and translators. */
export function applyLanguage(lookup: MessageLookup): void {
  setMessageLookup(lookup);
  const { documentElement: page } = document;
  page.lang = t('languageTag');
  page.dir = t('direction');
}
