import { displayString } from './untrusted-json.ts';

/** Whether a key of the override cookie belongs to the simulated context: no flag's name begins with "@". */
export function isContextKey(key: string): boolean {
  return key.startsWith('@');
}

/** The key of the simulated user. */
export const USER_KEY = '@user';

/** The key of the simulated time. */
export const TIME_KEY = '@time';

/** The key of a simulated attribute. */
export function attributeKey(name: string): string {
  return `@${name}`;
}

/** The value of an attribute that can be simulated. */
export type AttributeValue = boolean | number | string;

/** The closed set of values that an attribute can be simulated with. */
export type AttributeType =
  | { readonly type: 'string'; readonly values: readonly string[] }
  | { readonly type: 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'boolean' };

// RFC 8259, 6. `Number()` alone would also accept "", "0x10" and "1_0".
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The attribute's value for a string of the override cookie; `undefined` if it is outside the closed set. */
export function parseAttributeValue(text: unknown, attribute: AttributeType): AttributeValue | undefined {
  if (typeof text !== 'string') return undefined;
  switch (attribute.type) {
    case 'string':
      return attribute.values.includes(text) ? text : undefined;
    case 'number': {
      const number = NUMBER.test(text) ? Number(text) : Number.NaN;
      return number >= attribute.min && number <= attribute.max ? number : undefined;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
  }
}

/** Whether `value` can be simulated as a user: a string of 1 to 128 characters. */
export function isSimulatedUser(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_TEXT;
}

/** Whether `value` can stand in a closed set of strings: 1 to 128 characters that a client can display. */
export function isAttributeText(value: unknown): value is string {
  return isSimulatedUser(value) && displayString(value) === value;
}

const MAX_TEXT = 128;

const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** The milliseconds since 1970 of a simulated time, ISO 8601 in UTC (`2027-01-01T00:00:00Z`); `undefined` if it is not one. */
export function parseUtcTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || !UTC_TIME.test(text)) return undefined;
  const time = Date.parse(text);
  // `Date.parse` accepts February 30 and 24:00:00 as a time of the next days.
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text.slice(0, SECONDS)) ? time : undefined;
}

const SECONDS = '2027-01-01T00:00:00'.length;
