import { sanitize } from '../wire/sanitize.ts';
import type { UserId } from './flags/flag.ts';

/** `; did you mean "ONE_PAGE"?` if one of `known` is close to `name`, otherwise an empty string. */
export function didYouMean(name: unknown, known: Iterable<string>): string {
  const nearest = typeof name === 'string' ? nearestName(name, known) : undefined;
  return nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
}

/**
 * The one of `known` that is closest to `name` by optimal string alignment distance, ignoring case; `undefined` if more
 * than a third of the letters, or more than three, would have to change.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  for (const candidate of known) {
    if (candidate === name || Math.abs(candidate.length - wanted.length) > limit) continue;
    const changes = editDistance(wanted, candidate.toLowerCase(), limit);
    if (changes > limit) continue;
    best = candidate;
    limit = changes - 1; // from here on only a closer name counts
    if (limit < 0) break;
  }
  return best;
}

/** The insertions, deletions, replacements and swaps of neighbours between two strings, counted up to `limit` + 1. */
function editDistance(one: string, other: string, limit: number): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let changes = Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (isSame ? 0 : 1),
      );
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwapped) changes = Math.min(changes, cell(beforePrevious, column - 2) + 1);
      current.push(changes);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return cell(previous, other.length);
}

const cell = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;

/**
 * `value` for a message or a log line: quoted, escaped and short. Never throws. For names and for what an application passed;
 * for the values of a rules document, use {@link formatValue}.
 */
export function quoted(value: unknown): string {
  const text = stringOf(value);
  return sanitize(JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text));
}

/** The type of `value` without its content: for a user's id, which no message and no log may contain. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return String(value);
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'an infinite number';
  if (typeof value === 'number' && isImprecise(value)) return 'a number above 2^53, which has lost its last digits';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isList(value)) return 'an array';
  const [, tag = ''] = /^\[object (Map|Set|Date|Promise|RegExp)\]$/.exec(stringOf(value)) ?? [];
  return tag === '' ? 'an object' : `a ${tag}`;
}

/**
 * Whether `value` is an object that can hold settings by name. A Map, a Set or a promise has no such fields, so its content
 * would be ignored.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && /^\[object (?:Object|Module)\]$/.test(stringOf(value));
}

/** Whether a whole number is so large that it cannot be distinguished from its neighbours. */
function isImprecise(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function stringOf(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
  } catch {
    return typeof value; // a revoked proxy, a getter that throws
  }
}

/** Whether `value` identifies a user. */
export function isUserId(value: unknown): value is UserId {
  // A whole number above 2^53 may have been rounded from another one.
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value) && !isImprecise(value));
}

/** A value of a rules document for a message: as JSON, so that `7` and `"7"` differ, and short even if the value is large. */
export function formatValue(value: unknown): string {
  const text = shortJson(value, MAX_LENGTH);
  return sanitize(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}

/** `values` for a message: the first ten of them. */
export function formatValues(values: Iterable<unknown>, separator = ', '): string {
  const all = [...values];
  const more = all.length > MAX_LISTED ? ` and ${all.length - MAX_LISTED} more` : '';
  return `${all.slice(0, MAX_LISTED).map(formatValue).join(separator)}${more}`;
}

const MAX_LENGTH = 60;
const MAX_LISTED = 10;

// Stops soon after `limit` characters, so that neither a long list nor a deep one is written in full.
function shortJson(value: unknown, limit: number): string {
  if (limit <= 0) return '…';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, limit + 1));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const isArray = Array.isArray(value);
  let text = isArray ? '[' : '{';
  for (const key in value) {
    if (text.length > limit) return text;
    const name = isArray ? '' : `${shortJson(key, limit)}:`;
    const comma = text.length > 1 ? ',' : '';
    const item = shortJson((value as Record<string, unknown>)[key], limit - text.length - name.length);
    text += comma + name + item;
  }
  return text + (isArray ? ']' : '}');
}

/** `Array.isArray`, but `false` for a revoked proxy, for which `Array.isArray` throws. */
function isList(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
