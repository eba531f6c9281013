import { MANIFEST_LIMITS } from './limits.ts';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An object from untrusted JSON. Read its fields with {@link ownField}. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a JSON text; `undefined` if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether `value` is an object with fields, not an array and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field `key` of `object`. Inherited fields do not count. */
export function ownField(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * Parses a URL; `undefined` if it is invalid. Does not use `URL.canParse()`: in Node 20, after some thousand calls, it
 * returns `false` for a valid URL with a letter such as "ü".
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** `value` if it is an array, otherwise an empty array. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The string `value`, safe to display and at most 2,000 characters long; `undefined` for other types. Line breaks become
 * spaces, controls become U+FFFD.
 */
export function displayString(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const cut = value.slice(0, MANIFEST_LIMITS.text).replace(LONE_SURROGATE, '\uFFFD');
  return cut.replace(LINE_BREAK, ' ').replace(CONTROL, '\uFFFD');
}

/** The fields of `object` named in `keys` that are strings, safe to display. */
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
// C0 and C1 controls, and the embeddings, overrides and isolates that reorder text (Unicode TR 36, 3.4).
const CONTROL = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
