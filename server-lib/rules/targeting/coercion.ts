import { charge, chargeCharacters } from './meter.ts';

/** Whether a condition with this value is true. A list or a plain object is true unless it is empty. */
export function isTruthy(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (isPlainObject(value)) return hasOwnKey(value);
  if (!(Symbol.iterator in value)) return true;
  return !('length' in value && value.length === 0) && !('size' in value && value.size === 0);
}

// Also works for objects of another realm: a plain object has no prototype, or one without a prototype.
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function hasOwnKey(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** The own property `key` of `value`; `undefined` if only a prototype has it. */
export function ownProperty(value: unknown, key: string): unknown {
  if (value === null || value === undefined) return undefined;
  return Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** `String(value)`; counts the steps. */
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

/** Counts the characters of `text` and returns it. */
export function chargeString(text: string): string {
  chargeCharacters(text.length);
  return text;
}
