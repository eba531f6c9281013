import { sanitize } from '../wire/sanitize.ts';
import type { JsonPath } from './json-position.ts';

/** Why a document is not one of flagd's flag definitions. */
export class SchemaProblem extends Error {
  readonly path: JsonPath;

  constructor(path: JsonPath, what: string) {
    super(what);
    this.path = path;
  }
}

/** `value` as it may stand in a message: as JSON, and short, however large the value is. */
export function shown(value: unknown): string {
  const text = shortJson(value, MAX_SHOWN);
  return sanitize(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

/** `values` as they may stand in a message: the first ten of them. */
export function shownList(values: Iterable<unknown>, separator = ', '): string {
  const all = [...values];
  const more = all.length > MAX_LISTED ? ` and ${all.length - MAX_LISTED} more` : '';
  return `${all.slice(0, MAX_LISTED).map(shown).join(separator)}${more}`;
}

const MAX_SHOWN = 60;
const MAX_LISTED = 10;

// Stops soon after `most` characters, so neither a long list nor a deep one is written out.
function shortJson(value: unknown, most: number): string {
  if (most <= 0) return '…';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, most + 1));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  for (const key in value) {
    if (text.length > most) return text;
    const name = isList ? '' : `${shortJson(key, most)}:`;
    const comma = text.length > 1 ? ',' : '';
    const item = shortJson((value as Record<string, unknown>)[key], most - text.length - name.length);
    text += comma + name + item;
  }
  return text + (isList ? ']' : '}');
}
