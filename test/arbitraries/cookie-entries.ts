import fc from 'fast-check';
import { COOKIE_SITE } from '../helpers/protocol/hostile-cookies.ts';

/** An entry of an override cookie, with any value. */
export type CookieEntry = readonly [flag: string, variant: unknown];

const names = Object.keys(COOKIE_SITE.flags);
const flagOf = ([flag]: CookieEntry): string => flag;

/** A flag that the site of the test vectors does not have. */
const unknownFlag = fc.string().filter((name) => !names.includes(name));

/** An entry of the simulated context. */
const contextEntry = fc.tuple(
  fc.constantFrom('@country', '@user', '@time', '@', '@constructor', '@FLAG_A'),
  fc.oneof(fc.constantFrom('NL', '42', '2027-01-01T00:00:00Z'), fc.jsonValue({ maxDepth: 2 })),
);

const goodEntry = fc.constantFrom(
  ...Object.entries(COOKIE_SITE.flags).flatMap(([flag, { variants }]) => variants.map((one) => [flag, one] as const)),
);
const unknownEntry = fc.tuple(unknownFlag, fc.jsonValue({ maxDepth: 2 }));
const badEntry = fc.tuple(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }));

/** Entries that name configured flags and their variants. */
export const goodEntries = fc.uniqueArray(goodEntry, { selector: flagOf });

/** Entries of flags that the site does not have. */
export const unknownEntries = fc.uniqueArray(fc.oneof(unknownEntry, contextEntry), { selector: flagOf, maxLength: 5 });

/** Entries of the simulated context, with any value. */
export const contextEntries = fc.uniqueArray(contextEntry, { selector: flagOf });

/** Good and bad entries, each flag once at most. */
export const anyEntries = fc.uniqueArray(fc.oneof(goodEntry, badEntry, unknownEntry, contextEntry), {
  selector: flagOf,
  maxLength: 8,
});

/** Ranks for {@link inOrder}. */
export const ranks = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });

/** `entries`, sorted by the ranks in `order`. */
export function inOrder<Entry>(entries: readonly Entry[], order: readonly number[]): readonly Entry[] {
  return entries
    .map((entry, at) => ({ entry, rank: order[at] ?? 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ entry }) => entry);
}

/** The JSON of `entries` in this order, which an object would not keep for names like `7`. */
export function jsonOf(entries: readonly CookieEntry[]): string {
  return `{${entries.map(([flag, variant]) => `${JSON.stringify(flag)}:${JSON.stringify(variant)}`).join(',')}}`;
}

/** The UTF-8 of `text` as node:http returns it: one character for each byte. */
export function latin1Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
