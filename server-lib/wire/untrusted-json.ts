import { MANIFEST_LIMITS } from './limits.ts';

/** An object of somebody else's JSON: its fields are looked at one by one, own ones only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is an object with fields, not a list and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field `key` of `object`; what a prototype holds does not count. */
export function ownField(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** `value` as a list; anything else is an empty one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` as a text fit to be shown, at most 2,000 characters: line breaks become spaces, controls U+FFFD. */
export function displayString(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const cut = value.slice(0, MANIFEST_LIMITS.text).replace(LONE_SURROGATE, '\uFFFD');
  return cut.replace(LINE_BREAK, ' ').replace(CONTROL, '\uFFFD');
}

/** The fields of `object` called `keys` that are texts, fit to be shown. */
export function displayStrings<Key extends string>(
  object: JsonObject,
  keys: readonly Key[],
): { readonly [K in Key]?: string } {
  const found: { [K in Key]?: string } = {};
  for (const key of keys) {
    const text = displayString(ownField(object, key));
    if (text !== undefined) found[key] = text;
  }
  return found;
}

const LINE_BREAK = /[\t\n\r\u2028\u2029]/g;
// C0 and C1 controls, and the embeddings, overrides and isolates that turn text around (Unicode TR 36, 3.4).
const CONTROL = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
