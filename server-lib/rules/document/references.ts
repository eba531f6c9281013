import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';

/**
 * Gives back a value of the document with its references resolved. Throws a {@link TooManyParts} where it has more than a
 * million parts then, or as many as `maxParts` says.
 */
export type ResolveRefs = (value: unknown, maxParts?: number) => unknown;

/** Thrown for a value that is too large with its references resolved: references double with each level. */
export class TooManyParts extends Error {}

const MAX_PARTS = 1_000_000;

/**
 * Replaces each `{ "$ref": name }` by that evaluator, as flagd does it: one evaluator after the other, in their order, so
 * an evaluator may use those after it and no ring goes on for ever. What names no evaluator stays as it is. An evaluator
 * that is used twice is the same object twice: a few lines that refer to each other twice would fill any memory.
 */
export function createRefResolver(document: unknown): ResolveRefs {
  const evaluators = isJsonObject(document) ? ownField(document, '$evaluators') : undefined;
  const names = isJsonObject(evaluators) ? Object.keys(evaluators) : [];
  if (names.length === 0) return (value) => value;
  const indexes = new Map(names.map((name, index) => [name, index]));
  const resolved: { readonly value: unknown; readonly parts: number }[] = [];
  for (let at = names.length - 1; at >= 0; at--) {
    resolved[at] = copied(ownField(evaluators as never, names[at] as string), at + 1);
  }
  return (value, maxParts = MAX_PARTS) => {
    const copy = copied(value, 0);
    if (copy.parts > maxParts)
      throw new TooManyParts('it has more than a million values, with its references resolved');
    return copy.value;
  };

  // An explicit stack, because a document may be nested more deeply than the call stack allows.
  function copied(root: unknown, from: number): { readonly value: unknown; readonly parts: number } {
    let parts = 1;
    const top: [unknown] = [root];
    const pending: (readonly [Record<string | number, unknown>, string | number])[] = [[top as never, 0]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [holder, key] = next;
      const value = holder[key];
      if (typeof value !== 'object' || value === null) continue;
      const index = indexes.get(refName(value) ?? '');
      if (index !== undefined && index >= from && refName(value) !== undefined) {
        const evaluator = resolved[index] as { readonly value: unknown; readonly parts: number };
        assign(holder, key, evaluator.value);
        parts += evaluator.parts;
        continue;
      }
      const copy: Record<string | number, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
      assign(holder, key, copy);
      const keys = Object.keys(copy);
      parts += keys.length;
      for (const part of keys) pending.push([copy, part]);
    }
    return { value: top[0], parts };
  }
}

function assign(holder: Record<string | number, unknown>, key: string | number, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(holder, key, { value, enumerable: true });
  else holder[key] = value;
}

/** The name in `{ "$ref": name }`; `undefined` for everything else. */
export function refName(value: object): string | undefined {
  const name = ownField(value as never, '$ref');
  return typeof name === 'string' && Object.keys(value).length === 1 ? name : undefined;
}
