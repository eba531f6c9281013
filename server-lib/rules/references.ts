import { isForeignObject, own } from '../wire/foreign-json.ts';

/** The most values that references may copy: a few lines that refer to each other twice would fill any memory. */
const MOST_COPIES = 1_000_000;

/**
 * A parsed document with each `{ "$ref": name }` replaced by that evaluator, as flagd does it: one evaluator after the
 * other, in their order, so that an evaluator may use those after it and no ring goes on for ever. What names no
 * evaluator stays as it is. Throws a `RangeError` where references would copy a million values.
 */
export function withoutReferences(document: unknown): unknown {
  const evaluators = isForeignObject(document) ? own(document, '$evaluators') : undefined;
  if (!isForeignObject(evaluators)) return document;
  const names = Object.keys(evaluators);
  const indexes = new Map(names.map((name, index) => [name, index]));
  let copies = 0;

  function replaced(value: unknown, from: number): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (from > 0 && ++copies > MOST_COPIES) throw new RangeError('references copy too much');
    if (Array.isArray(value)) return value.map((item) => replaced(item, from));
    const name = referenceIn(value);
    const index = name === undefined ? undefined : indexes.get(name);
    if (index !== undefined && index >= from)
      return replaced(own(evaluators as object as never, names[index] as string), index + 1);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, from)]));
  }

  return replaced(document, 0);
}

/** The name in `{ "$ref": name }`; `undefined` for everything else. */
export function referenceIn(value: object): string | undefined {
  const name = own(value as never, '$ref');
  return typeof name === 'string' && Object.keys(value).length === 1 ? name : undefined;
}
