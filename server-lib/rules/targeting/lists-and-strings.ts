import { chargeString, toMeteredString } from './coercion.ts';
import { TargetingError } from './expression.ts';
import { charge, chargeCharacters } from './meter.ts';

/** `in`: whether a list has the item, or a string the substring. */
export function includes(item: unknown, container: unknown): boolean {
  if (!container) return false;
  if (typeof container === 'string') return includesSubstring(container, toMeteredString(item));
  if (!Array.isArray(container)) throw new TargetingError('the second operand of "in" must be a list or a string');
  charge(container.length / ITEMS_PER_STEP);
  if (typeof item === 'string' && item.length > LONG_SUBSTRING) chargeCharacters(container.length * item.length);
  return container.includes(item);
}

const ITEMS_PER_STEP = 16;
const LONG_SUBSTRING = 64;

function includesSubstring(text: string, part: string): boolean {
  // In the worst case a search compares all of `part` at each index of `text`.
  chargeCharacters(part.length > LONG_SUBSTRING ? text.length * part.length : text.length);
  return text.includes(part);
}

/** `cat`, of one operand or of a list of them. */
export function concatenate(value: unknown): string {
  if (!Array.isArray(value)) {
    if (value === null || value === undefined) throw new TargetingError('"cat" needs an operand');
    return toMeteredString(value);
  }
  let text = '';
  for (let at = 0; at < value.length; at++) {
    const part: unknown = value[at];
    if (part !== null && part !== undefined) text += chargeString(toMeteredString(part));
    charge(1);
  }
  return text;
}

/**
 * `substr`: a negative `from` counts from the end; `count` is the length, or, if it is negative, how many characters to drop
 * at the end.
 */
export function substring([text, from, count]: readonly unknown[]): string {
  if (typeof text !== 'string') throw new TargetingError('the first operand of "substr" must be a string');
  const rest = text.slice(startIndex(text, from));
  if (count === undefined) return rest;
  const length = typeof count === 'object' && count !== null ? toMeteredString(count) : (count as number);
  return rest.slice(0, Math.max(0, toInteger((length as number) < 0 ? rest.length + (length as number) : length)));
}

function startIndex(text: string, from: unknown): number {
  const index = toInteger(from);
  return index < 0 ? Math.max(0, text.length + index) : Math.min(index, text.length);
}

function toInteger(value: unknown): number {
  const number = Math.trunc(Number(typeof value === 'object' && value !== null ? toMeteredString(value) : value));
  return Number.isNaN(number) ? 0 : number;
}

/** `merge`: one list of all operands; an operand that is a list is replaced by its items. */
export function merge(values: readonly unknown[]): readonly unknown[] {
  const merged: unknown[] = [];
  charge(values.length);
  for (const value of values) {
    if (!Array.isArray(value)) {
      merged.push(value);
      continue;
    }
    charge(value.length);
    for (let at = 0; at < value.length; at++) merged.push(value[at]);
  }
  return merged;
}

/** flagd's `starts_with`; `null` unless both are strings. */
export function startsWith(args: readonly unknown[]): boolean | null {
  return areTwoStrings(args) ? args[0].startsWith(args[1]) : null;
}

/** flagd's `ends_with`; `null` unless both are strings. */
export function endsWith(args: readonly unknown[]): boolean | null {
  return areTwoStrings(args) ? args[0].endsWith(args[1]) : null;
}

function areTwoStrings(args: readonly unknown[]): args is readonly [string, string] {
  return args.length === 2 && typeof args[0] === 'string' && typeof args[1] === 'string';
}
