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

/** `value` as it may stand in a message: short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return sanitize(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
