import { charge, chargeCharacters } from './meter.ts';

/** Whether a condition with this value holds. Lists and plain objects hold unless they are empty. */
export function isTruthy(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (isPlainObject(value)) return hasOwnKey(value);
  if (!(Symbol.iterator in value)) return true;
  return !('length' in value && value.length === 0) && !('size' in value && value.size === 0);
}

// Works for objects of another realm: a plain object has no prototype, or one that has none itself.
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function hasOwnKey(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** The own property `key` of `value`; `undefined` for one that a prototype has. */
export function ownProperty(value: unknown, key: string): unknown {
  if (value === null || value === undefined) return undefined;
  return Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** `String(value)`, with the work counted. */
export function toMeteredString(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? joinList(value) : String(value);
}

function joinList(list: readonly unknown[]): string {
  let text = '';
  for (let at = 0; at < list.length; at++) {
    const item = list[at];
    if (at > 0) text += ',';
    if (item !== null && item !== undefined) text += chargeString(toMeteredString(item));
    charge(1);
  }
  return text;
}

/** `text`, its characters counted. */
export function chargeString(text: string): string {
  chargeCharacters(text.length);
  return text;
}
